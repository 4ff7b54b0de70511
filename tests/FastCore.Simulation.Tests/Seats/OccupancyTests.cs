using FastCore.Simulation.Seats.Occupancy;
using Xunit;

namespace FastCore.Simulation.Tests.Seats;

public sealed class OccupancyTests
{
    [Fact]
    public void Nobody_has_what_somebody_else_has()
    {
        OccupancyReport report = OccupancyCheck.Run(new OccupancyOptions { Operations = 150_000, Seed = 3 });

        Assert.Null(report.Failure);
        Assert.Equal(0, report.DoubleBooked);
        Assert.Equal(150_000, report.Operations);

        // What it is about has happened often.
        Assert.True(report.Holds > 20_000 && report.Blocked > 20_000 && report.Late > 2_000, "holds");
        Assert.True(report.Bookings > 2_000 && report.LateBookings > 100 && report.Refunds > 5, "bookings");
        Assert.True(report.Listed > report.Offers && report.Offers > 500, "waiting list");
    }

    [Fact]
    public void Rounds_begin_anew_and_a_seed_is_the_same_run()
    {
        OccupancyOptions options = new() { Operations = 30_000, Seed = 8, RoundOperations = 10_000 };
        OccupancyReport first = OccupancyCheck.Run(options);
        OccupancyReport second = OccupancyCheck.Run(options);
        OccupancyReport other = OccupancyCheck.Run(options with { Seed = 9 });

        Assert.Null(first.Failure);
        Assert.Equal(3, first.Rounds);
        Assert.Equal((first.Holds, first.Blocked), (second.Holds, second.Blocked));
        Assert.NotEqual((first.Holds, first.Blocked), (other.Holds, other.Blocked));
    }

    [Theory]
    [InlineData(OccupancyMistake.ForgetsHold)]
    [InlineData(OccupancyMistake.SellsTwice)]
    [InlineData(OccupancyMistake.ExpiresLate)]
    [InlineData(OccupancyMistake.ForgetsWaiting)]
    [InlineData(OccupancyMistake.OffersToStranger)]
    public void A_broken_twin_is_found_and_its_seed_repeats_it(OccupancyMistake mistake)
    {
        OccupancyOptions options = new()
        {
            Operations = 100_000,
            Seed = 5,
            RoundOperations = 20_000,
            Mistake = mistake,
        };
        OccupancyReport report = OccupancyCheck.Run(options);

        Assert.NotNull(report.Failure);
        OccupancyReport again = OccupancyCheck.Run(options with { Seed = report.FailedSeed });
        Assert.Equal(report.Failure, again.Failure);
    }
}
