/** target, id, record, milliseconds of the lock, most records → `begun`, or who is in the way. Ids grow with time. */
export const BEGIN_OPERATION = `
local target,id,record,lockMs,most=ARGV[1],ARGV[2],ARGV[3],ARGV[4],tonumber(ARGV[5])
local holder=redis.call('HGET',box(target),'holder')
if holder then return {'deploying',holder} end
local lock=R..':operating:'..target
local other=redis.call('GET',lock)
if other then return {'operating',other} end
redis.call('SET',lock,id,'PX',lockMs)
local key=R..':operations:'..target
redis.call('HSET',key,id,record)
if redis.call('HLEN',key)>most then
  local oldest
  for _,each in ipairs(redis.call('HKEYS',key)) do if not oldest or each<oldest then oldest=each end end
  redis.call('HDEL',key,oldest)
end
return {'begun'}`;

/** target, id, record: writes down how it ended, and frees the target when this operation still has it. */
export const END_OPERATION = `
local target,id,record=ARGV[1],ARGV[2],ARGV[3]
redis.call('HSET',R..':operations:'..target,id,record)
local lock=R..':operating:'..target
if redis.call('GET',lock)==id then redis.call('DEL',lock) end
return 'ended'`;
