// Who is signed in, and what the account may do.
import { createContext, useContext } from '../shared/view.js';

const ROLES = ['viewer', 'reviewer', 'administrator'];

export const Account = createContext({ name: '', role: 'viewer' });

export function useAccount() {
	const account = useContext(Account);
	return { account, may: (role) => ROLES.indexOf(account.role) >= ROLES.indexOf(role) };
}
