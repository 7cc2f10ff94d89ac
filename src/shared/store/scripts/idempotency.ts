/**
 * One acceptance for one idempotency key, for the scripts that accept something. `seenBefore` answers replay or conflict
 * with the id that was accepted first, or nil; `remember` notes what is accepted now. A scope of '' has no key.
 */
export const IDEMPOTENCY = `
local function seenKey(scope) return R..':idempotency:'..scope end
local function seenBefore(scope,hash)
  if scope=='' then return nil end
  local first=redis.call('HMGET',seenKey(scope),'id','hash')
  if first[1] then return {first[2]==hash and 'replay' or 'conflict',first[1]} end
end
local function remember(scope,id,hash,ttl)
  if scope=='' then return end
  redis.call('HSET',seenKey(scope),'id',id,'hash',hash)
  redis.call('PEXPIRE',seenKey(scope),ttl)
end
`;
