using System.Reflection;
using System.Runtime;

using FastCore.Engine.Tables;
using FastCore.Engine.Time;
using FastCore.Seats;

using Xunit;

namespace FastCore.Node.Tests;

/// <summary>What a node compiles before it opens.</summary>
public sealed class PreparedCodeTests
{
    [Fact]
    public void What_a_burst_of_timers_goes_through_is_compiled_before_it_comes()
    {
        IReadOnlyList<MethodBase> prepared = PreparedCode.Prepare();
        Assert.Contains(
            prepared, method => method.DeclaringType == typeof(SeatsMachine) && method.Name == "FireTimers");
        Assert.Contains(prepared, method => method.DeclaringType == typeof(TimerWheel) && method.Name == "TryTake");
        Assert.Contains(prepared, method => method.DeclaringType!.Name == "DueTimer" && method.Name == "Sort");

        // What is left is what was not marked; eight more are compiled when nothing was prepared.
        TimerWheel wheel = new();
        for (int i = 0; i < 1_000; i++)
        {
            wheel.Add(50_000_000, (ulong)(i * 7 % 1_000));
        }

        long compiled = JitInfo.GetCompiledMethodCount(currentThread: true);
        Assert.True(wheel.TryTake(60_000_000, out _, out ulong token));
        Assert.InRange(JitInfo.GetCompiledMethodCount(currentThread: true) - compiled, 0, 17);
        Assert.Equal(0ul, token);
    }

    [Fact]
    public void What_a_checkpoint_goes_through_is_compiled_once_for_each_kind_of_part()
    {
        // A key of this test's own, so that no other test has prepared the part.
        using OffHeapTable<OwnKey, OwnRow> table = new("own", 1, 100);
        Assert.InRange(PreparedCode.PrepareCheckpoints([table]), 5, 10);
        Assert.Equal(0, PreparedCode.PrepareCheckpoints([table]));
        table.Insert(new OwnKey(1), out _).Id = new OwnKey(1);
    }

    private readonly record struct OwnKey(ulong Id) : ITableKey<OwnKey>
    {
        public ulong Hash64() => Id * 0x9E3779B97F4A7C15UL;
    }

    private struct OwnRow : ITableRow<OwnKey>
    {
        public OwnKey Id;

        public readonly OwnKey Key => Id;
    }
}
