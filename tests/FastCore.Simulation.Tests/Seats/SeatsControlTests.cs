using FastCore.Simulation.Domains;
using FastCore.Simulation.Runs;
using FastCore.Simulation.Seats;
using Xunit;

namespace FastCore.Simulation.Tests.Seats;

/// <summary>Twins that are wrong on purpose: each must be found, or the comparison proves nothing.</summary>
public sealed class SeatsControlTests
{
    private const int ElementsAtMost = 12_000;
    private const int SeedsAtMost = 8;

    public static TheoryData<SeatsMistake> Mistakes => [.. Enum.GetValues<SeatsMistake>()];

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_wrong_twin_is_found(SeatsMistake mistake) =>
        AssertFound(new SeatsSettings { Twin = model => new SeatsWrongTwin(model, mistake) });

    [Fact]
    public void Room_for_one_hold_more_is_found()
    {
        SeatsSettings settings = SeatsSettings.Small();
        settings.Engine.HoldsMax++;
        AssertFound(settings);
    }

    [Fact]
    public void One_offer_more_in_a_command_is_found()
    {
        SeatsSettings settings = SeatsSettings.Small();
        settings.Engine.WaitingListOffersMax++;
        AssertFound(settings);
    }

    [Fact]
    public void T21_a_list_that_serves_the_newest_first_is_found() => AssertFound(new SeatsSettings
    {
        Model = new SeatsModelOptions { WaitingListOffersMax = 1, ServesNewestFirst = true },
    });

    [Fact]
    public void T16_a_booking_that_is_cancelled_without_those_made_with_it_is_found() =>
        AssertFound(new SeatsSettings { Model = new SeatsModelOptions { CancelsAlone = true } });

    [Fact]
    public void T16_a_payment_that_books_some_of_the_shows_it_is_for_is_found() =>
        AssertFound(new SeatsSettings { Model = new SeatsModelOptions { LandsAlone = true } });

    [Fact]
    public void Room_for_one_booking_more_is_found()
    {
        SeatsSettings settings = SeatsSettings.Small();
        settings.Engine.BookingsUnderWayMax++;
        AssertFound(settings);
    }

    [Theory]
    [InlineData(SeatsMistake.HoldsHalf)]
    [InlineData(SeatsMistake.ForgetsBookings)]
    [InlineData(SeatsMistake.ExpiresLate)]
    public void The_simulator_finds_wrong_twins_too(SeatsMistake mistake)
    {
        SimulationOptions options = new()
        {
            CommandsPerRun = 1_500,
            DamageOneIn = 0,
            Workloads = [() => new SeatsWorkload()],
            NewModels = time =>
            [
                .. SimulatedDomains.NewModels(time).Select(model =>
                    model is SeatsModel ? new SeatsWrongTwin(model, mistake) : model),
            ],
        };
        Assert.Contains(
            Enumerable.Range(1, SeedsAtMost), seed => Simulator.Run((ulong)seed, options).Failure is not null);
    }

    private static void AssertFound(SeatsSettings settings)
    {
        for (ulong seed = 7; seed < 7UL + SeedsAtMost; seed++)
        {
            using SeatsRun run = new(seed, settings);
            if (run.Go(ElementsAtMost) is not null)
            {
                return;
            }
        }

        Assert.Fail($"Not found in {SeedsAtMost} runs of {ElementsAtMost} elements.");
    }
}
