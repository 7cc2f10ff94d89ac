/**
 * Adds to counters of one window and answers what they come to. ARGV: window, milliseconds to keep it, then key and
 * number for each counter.
 */
export const COUNT_RATES = `
local key=R..':rates:'..ARGV[1]
local totals={}
for i=3,#ARGV,2 do totals[#totals+1]=redis.call('HINCRBY',key,ARGV[i],ARGV[i+1]) end
redis.call('PEXPIRE',key,ARGV[2])
return totals
`;
