/**
 * Keeps what a look for drift came to, unless the target runs something else by now or a deployment holds it.
 * ARGV: service, environment, deployment that was compared with, state, view. Answers busy with the holder, stale, or
 * kept with the time since when the state has been so. Kept are deployment, state, since and view, each on a line.
 */
export const KEEP_DRIFT = `
local service,environment,id,state,view=ARGV[1],ARGV[2],ARGV[3],ARGV[4],ARGV[5]
local holder=redis.call('HGET',box(service..'/'..environment),'holder')
if holder then return {'busy',holder} end
local run=redis.call('HGET',R..':runs:'..environment,service)
if not run or cjson.decode(run).deployment~=id then return {'stale',''} end
local key=R..':drift:'..environment
local since=int(now())
local before=redis.call('HGET',key,service)
if before then
  local was,said,at=string.match(before,'^(.-)\\n(.-)\\n(.-)\\n')
  if was==id and said==state then since=at end
end
redis.call('HSET',key,service,table.concat({id,state,since,view},'\\n'))
return {'kept',since}
`;

/**
 * Targets whose turn for a look it is, so that one worker looks at each. One that is seen for the first time has its
 * turn after a period. ARGV: period in ms, most to answer, names of all targets. Answers names.
 */
export const DUE_FOR_DRIFT = `
local period,most=tonumber(ARGV[1]),tonumber(ARGV[2])
local t=now()
local key=R..':drift-due'
local known={}
for at=3,#ARGV do
  known[ARGV[at]]=true
  redis.call('ZADD',key,'NX',t+period,ARGV[at])
end
local due={}
for _,target in ipairs(redis.call('ZRANGEBYSCORE',key,'-inf',t,'LIMIT',0,most)) do
  if known[target] then
    redis.call('ZADD',key,t+period,target)
    due[#due+1]=target
  else redis.call('ZREM',key,target) end
end
return due
`;
