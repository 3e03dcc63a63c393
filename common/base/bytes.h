// Big-endian integers in byte arrays: the order of every fixed layout at rest and on the wire.
#ifndef TRIBUTARY_BASE_BYTES_H
#define TRIBUTARY_BASE_BYTES_H

#include <stdint.h>

static inline void bytes_put_u16(uint8_t to[static 2], uint16_t value)
{
	to[0] = (uint8_t)(value >> 8);
	to[1] = (uint8_t)value;
}

static inline void bytes_put_u32(uint8_t to[static 4], uint32_t value)
{
	bytes_put_u16(to, (uint16_t)(value >> 16));
	bytes_put_u16(to + 2, (uint16_t)value);
}

static inline void bytes_put_u64(uint8_t to[static 8], uint64_t value)
{
	bytes_put_u32(to, (uint32_t)(value >> 32));
	bytes_put_u32(to + 4, (uint32_t)value);
}

static inline uint16_t bytes_get_u16(const uint8_t from[static 2])
{
	return (uint16_t)((from[0] << 8) | from[1]);
}

static inline uint32_t bytes_get_u32(const uint8_t from[static 4])
{
	return ((uint32_t)bytes_get_u16(from) << 16) | bytes_get_u16(from + 2);
}

static inline uint64_t bytes_get_u64(const uint8_t from[static 8])
{
	return ((uint64_t)bytes_get_u32(from) << 32) | bytes_get_u32(from + 4);
}

#endif
