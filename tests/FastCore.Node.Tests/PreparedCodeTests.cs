using System.Reflection;
using System.Runtime;

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
}
