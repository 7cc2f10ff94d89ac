import { IDEMPOTENCY } from './idempotency.js';

/**
 * Adds a release and drops what is older than the newest 10 000 and has ended. ARGV: id, plan, progress, idempotency
 * scope or '', body hash, idempotency time to live. Answers added, or replay or conflict with the id of the first one.
 */
export const ADD_RELEASE = `${IDEMPOTENCY}
local id,plan,progress,scope,hash,ttl=ARGV[1],ARGV[2],ARGV[3],ARGV[4],ARGV[5],ARGV[6]
local replayed=seenBefore(scope,hash)
if replayed then return replayed end
-- A connection that broke after the work was done sends the same call again.
if redis.call('EXISTS',R..':release:'..id)==1 then return {'replay',id} end
remember(scope,id,hash,ttl)
redis.call('HSET',R..':release:'..id,'plan',plan,'progress',progress,'revision',1)
redis.call('ZADD',R..':releases',0,id)
redis.call('SADD',R..':releases-live',id)
local over=redis.call('ZCARD',R..':releases')-10000
if over>0 then
  for _,old in ipairs(redis.call('ZRANGEBYLEX',R..':releases','-','+','LIMIT',0,over)) do
    if redis.call('SISMEMBER',R..':releases-live',old)==0 then
      redis.call('UNLINK',R..':release:'..old)
      redis.call('ZREM',R..':releases',old)
    end
  end
end
return {'added'}
`;

/** Stores progress when the revision is still the one that was read. ARGV: id, revision, progress, '1' when it has ended. */
export const SAVE_RELEASE = `
local id,revision,progress,ended=ARGV[1],ARGV[2],ARGV[3],ARGV[4]
if redis.call('HGET',R..':release:'..id,'revision')~=revision then return 0 end
redis.call('HSET',R..':release:'..id,'progress',progress)
redis.call('HINCRBY',R..':release:'..id,'revision',1)
if ended=='1' then redis.call('SREM',R..':releases-live',id) end
return 1
`;

/** Releases, newest first. ARGV: id to start after or '', limit. Answers id, plan, progress and revision of each. */
export const LIST_RELEASES = `
local found={}
for _,id in ipairs(redis.call('ZREVRANGEBYLEX',R..':releases',ARGV[1]=='' and '+' or '('..ARGV[1],'-','LIMIT',0,tonumber(ARGV[2]))) do
  local fields=redis.call('HMGET',R..':release:'..id,'plan','progress','revision')
  if fields[1] then found[#found+1]={id,fields[1],fields[2],fields[3]} end
end
return found
`;
