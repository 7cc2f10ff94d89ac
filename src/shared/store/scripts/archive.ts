/**
 * Ended deployments whose journal may leave Redis. The newest success of a target stays, since it is what a rollback
 * goes back to; it is looked at again a day later. ARGV: only what ended before, most to answer.
 */
export const DUE_FOR_ARCHIVE = `
local t=now()
local due={}
for _,id in ipairs(redis.call('ZRANGEBYSCORE',R..':archive','-inf',ARGV[1],'LIMIT',0,tonumber(ARGV[2]))) do
  local target=redis.call('HGET',dep(id),'target')
  if not target then redis.call('ZREM',R..':archive',id)
  elseif redis.call('ZREVRANGEBYLEX',R..':index:target:'..target..':succeeded','+','-','LIMIT',0,1)[1]==id then
    redis.call('ZADD',R..':archive',t+86400000,id)
  else due[#due+1]=id end
end
return due
`;

/** The journal of an ended deployment is safe elsewhere: drops it here. ARGV: id, key of the blob, lines that it holds. Answers 1 when it was dropped. */
export const ARCHIVED = `
local id,key,lines=ARGV[1],ARGV[2],ARGV[3]
local about=redis.call('HMGET',dep(id),'name','lines','finishedAt')
if not about[1] or not ENDED[about[1]] or about[2]~=lines then return 0 end
redis.call('HSET',dep(id),'archived',key)
redis.call('UNLINK',R..':journal:'..id,R..':work:'..id)
redis.call('ZREM',R..':archive',id)
redis.call('ZADD',R..':history',about[3],id)
return 1
`;

/** Forgets archived records that ended before ARGV[1], at most ARGV[2]; they stay readable by their id from the archive. Answers how many. */
export const FORGET = `
local gone=0
for _,id in ipairs(redis.call('ZRANGEBYSCORE',R..':history','-inf',ARGV[1],'LIMIT',0,tonumber(ARGV[2]))) do
  local about=redis.call('HMGET',dep(id),'target','name')
  if about[1] then
    for _,key in ipairs(scopes(about[1])) do redis.call('ZREM',key,id) redis.call('ZREM',key..':'..about[2],id) end
  end
  redis.call('UNLINK',dep(id))
  redis.call('ZREM',R..':history',id)
  gone=gone+1
end
return gone
`;
