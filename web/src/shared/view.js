// The view library under one roof: components are functions that give html`…`.
import { h } from 'preact';
import htm from 'htm';

export { Fragment, createContext, render } from 'preact';
export { useCallback, useContext, useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState } from 'preact/hooks';

export const html = htm.bind(h);
