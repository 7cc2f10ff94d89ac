/**
 * Takes one call out of the bucket of a scope, which fills by itself. Answers 0, or the milliseconds until it is worth
 * asking again. What is taken for calls that matter less leaves `floor` calls in the bucket. After throttling the rate
 * comes back by a tenth a minute. ARGV: scope, most calls a second, size of the bucket, floor.
 */
export const TAKE = `
local key=R..':pace:'..ARGV[1]
local most,size,floor=tonumber(ARGV[2]),tonumber(ARGV[3]),tonumber(ARGV[4])
local t=now()
local was=redis.call('HMGET',key,'calls','at','rate')
local past=math.max(0,t-tonumber(was[2] or t))
local rate=math.min(most,tonumber(was[3] or most)*1.1^(past/60000))
local calls=math.min(size,tonumber(was[1] or size)+past*rate/1000)
local wait=0
if calls-1>=floor then calls=calls-1 else wait=math.ceil((floor+1-calls)*1000/rate) end
redis.call('HSET',key,'calls',string.format('%.6f',calls),'at',int(t),'rate',string.format('%.6f',rate))
redis.call('PEXPIRE',key,3600000)
return wait
`;

/**
 * The scope was throttled: half the rate, down to a tenth of the most, and an empty bucket; at most once a second,
 * since many calls meet the same throttling. ARGV: scope, most calls a second.
 */
export const SLOW_DOWN = `
local key=R..':pace:'..ARGV[1]
local most=tonumber(ARGV[2])
local t=now()
local was=redis.call('HMGET',key,'rate','slowed')
if t-tonumber(was[2] or 0)<1000 then return 0 end
local rate=math.max(most/10,tonumber(was[1] or most)/2)
redis.call('HSET',key,'calls','0','at',int(t),'rate',string.format('%.6f',rate),'slowed',int(t))
redis.call('PEXPIRE',key,3600000)
return 1
`;
