/** Most changes that wait to be told; the oldest go first. */
export const MOST_CHANGES = 50_000;
const MOST_KEPT = 500;

/**
 * Turns changes into notices once: only who still knows the place up to which changes were told may go on from there.
 * ARGV: place that was read, new place, then id, subscription and json of each notice. Answers 1, or 0 when somebody was faster.
 */
export const SPREAD = `
local at=R..':notices-told'
if (redis.call('GET',at) or '0')~=ARGV[1] then return 0 end
local t=now()
for i=3,#ARGV,3 do
  local id,subscription,json=ARGV[i],ARGV[i+1],ARGV[i+2]
  redis.call('SET',R..':notice:'..id,json)
  redis.call('ZADD',R..':notices-due',t,id)
  local kept=R..':notices:'..subscription
  redis.call('ZADD',kept,t,id)
  while redis.call('ZCARD',kept)>${MOST_KEPT} do
    local old=redis.call('ZPOPMIN',kept)[1]
    redis.call('DEL',R..':notice:'..old) redis.call('ZREM',R..':notices-due',old)
  end
end
redis.call('SET',at,ARGV[2])
return 1
`;

/** Notices that are due; nobody else gets them for a while. ARGV: milliseconds of that while, most. Answers ids. */
export const TAKE_NOTICES = `
local t=now()
local due=redis.call('ZRANGEBYSCORE',R..':notices-due','-inf',t,'LIMIT',0,tonumber(ARGV[2]))
for _,id in ipairs(due) do redis.call('ZADD',R..':notices-due',t+tonumber(ARGV[1]),id) end
return due
`;

/** What an attempt came to. ARGV: id, json, milliseconds until the next one or ''. */
export const NOTED = `
local id,json,pause=ARGV[1],ARGV[2],ARGV[3]
if redis.call('EXISTS',R..':notice:'..id)==0 then redis.call('ZREM',R..':notices-due',id) return 0 end
redis.call('SET',R..':notice:'..id,json)
if pause=='' then redis.call('ZREM',R..':notices-due',id) else redis.call('ZADD',R..':notices-due',now()+tonumber(pause),id) end
return 1
`;
