/**
 * A worker says that it is there; those that have not done so for a while are forgotten. ARGV: name, what it says of
 * itself, milliseconds until a silent one is forgotten.
 */
export const BEAT = `
local name,card,keep=ARGV[1],ARGV[2],tonumber(ARGV[3])
local t=now()
for _,gone in ipairs(redis.call('ZRANGEBYSCORE',R..':workers','-inf',t-keep,'LIMIT',0,100)) do
  redis.call('ZREM',R..':workers',gone)
  redis.call('HDEL',R..':worker-cards',gone)
end
redis.call('ZADD',R..':workers',int(t),name)
redis.call('HSET',R..':worker-cards',name,card)
return int(t)
`;

/** A worker is gone. ARGV: name. */
export const LEAVE = `
redis.call('HDEL',R..':worker-cards',ARGV[1])
return redis.call('ZREM',R..':workers',ARGV[1])
`;

/** The time, then name, time of the last beat and card of each worker that was there within some time. ARGV: milliseconds. */
export const WORKERS = `
local t=now()
local found={int(t)}
for _,name in ipairs(redis.call('ZRANGEBYSCORE',R..':workers',t-tonumber(ARGV[1]),'+inf')) do
  found[#found+1]=name
  found[#found+1]=redis.call('ZSCORE',R..':workers',name)
  found[#found+1]=redis.call('HGET',R..':worker-cards',name) or '{}'
end
return found
`;
