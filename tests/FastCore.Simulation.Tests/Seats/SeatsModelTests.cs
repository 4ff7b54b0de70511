using FastCore.Protocol;
using FastCore.Protocol.Seats;
using Xunit;

namespace FastCore.Simulation.Tests.Seats;

/// <summary>
/// Random requests and ends of payments against the naive model: every reply, every lookup, map, change and history,
/// across crashes.
/// </summary>
public sealed class SeatsModelTests
{
    private const int ElementsPerRun = 20_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void T1_T19_every_reply_is_the_model_s(int seed) => Agree((ulong)seed, new SeatsSettings());

    [Theory]
    [InlineData(101)]
    [InlineData(102)]
    [InlineData(103)]
    public void So_it_is_when_tables_are_full(int seed) => Agree((ulong)seed, SeatsSettings.Small());

    // What never happens in a run was not compared: so the runs together must answer every code and show every state.
    [Fact]
    public void T17_the_runs_answer_every_code_and_bookings_come_to_every_state()
    {
        using SeatsRun roomy = new(201, new SeatsSettings());
        using SeatsRun small = new(202, SeatsSettings.Small());
        string? different = roomy.Go(6 * ElementsPerRun) ?? small.Go(2 * ElementsPerRun);
        Assert.True(different is null, different);
        IEnumerable<SeatStatus> seen = roomy.Codes.Concat(small.Codes).Select(one => one.Code);
        Assert.Equal([], Enum.GetValues<SeatStatus>().Except(seen));
        Assert.Equal([], Enum.GetValues<BookingState>().Except([BookingState.None]).Except(roomy.Bookings));
    }

    private static void Agree(ulong seed, SeatsSettings settings)
    {
        using SeatsRun run = new(seed, settings);
        string? difference = run.Go(ElementsPerRun);
        Assert.True(difference is null, $"Seed {seed}, element {run.Elements}: {difference}");
    }
}
