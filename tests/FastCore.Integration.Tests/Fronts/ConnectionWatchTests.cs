using FastCore.Server;
using FastCore.Server.Fronts;
using FastCore.Testing;

namespace FastCore.Integration.Tests.Fronts;

public sealed class ConnectionWatchTests
{
    [Theory]
    [InlineData(false, 30_000)]
    [InlineData(true, 5_000)]
    public void A_peer_that_reads_nothing_delays_a_stop_less_than_anything_else(bool isDraining, int expectedMs)
    {
        ManualTimeProvider time = new();
        CoarseClock clock = new(time);
        ConnectionWatch watch = new(clock);
        ServerOptions options = new();
        watch.Open();
        watch.BeginFlush();
        time.Advance(expectedMs - 1);
        clock.Update();
        Assert.Equal(WatchVerdict.Fine, watch.Check(options, inFlight: 1, isDraining));
        time.Advance(1);
        clock.Update();
        Assert.Equal(WatchVerdict.Abort, watch.Check(options, inFlight: 1, isDraining));
        watch.EndFlush();
        Assert.Equal(WatchVerdict.Fine, watch.Check(options, inFlight: 1, isDraining));
    }
}
