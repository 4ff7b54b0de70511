using FastCore.Allocation.Tests.Turns;
using FastCore.Protocol;

namespace FastCore.Allocation.Tests;

/// <summary>What rounds of so many turns allocated.</summary>
/// <param name="Rounds">Rounds that were measured.</param>
/// <param name="StillRounds">Those that allocated nothing.</param>
/// <param name="Quietest">Bytes of the round with the fewest.</param>
/// <param name="Bytes">Bytes of all rounds.</param>
/// <param name="Commands">Elements answered in them.</param>
internal sealed record Measured(int Rounds, int StillRounds, long Quietest, long Bytes, long Commands)
{
    /// <summary>Makes turns until everything is warm, and then measures.</summary>
    /// <param name="workload">What is asked.</param>
    /// <param name="session">Whom.</param>
    /// <param name="allocated">Bytes allocated so far, by whoever counts.</param>
    /// <param name="warmUpTurns">Turns before.</param>
    /// <param name="rounds">Rounds.</param>
    /// <param name="roundTurns">Turns of each.</param>
    /// <param name="stillEnough">So many rounds that allocated nothing end it early.</param>
    public static Measured Of(
        Workload workload, IFastCoreSession session, Func<long> allocated, int warmUpTurns, int rounds, int roundTurns,
        int stillEnough)
    {
        workload.Prepare(session);
        MakeTurns(workload, session, warmUpTurns);
        int still = 0;
        long quietest = long.MaxValue;
        long total = 0;
        long commands = workload.Commands;
        int round = 0;
        for (; round < rounds && still < stillEnough; round++)
        {
            long before = allocated();
            MakeTurns(workload, session, roundTurns);
            long bytes = allocated() - before;
            still += bytes == 0 ? 1 : 0;
            quietest = Math.Min(quietest, bytes);
            total += bytes;
        }

        return new Measured(round, still, quietest, total, workload.Commands - commands);
    }

    private static void MakeTurns(Workload workload, IFastCoreSession session, int turns)
    {
        for (int turn = 0; turn < turns; turn++)
        {
            workload.Turn(session);
        }
    }
}
