using FastCore.Seats;
using FastCore.Simulation.Domains;
using FastCore.Simulation.Seats;

namespace FastCore.Simulation.Tests.Seats;

/// <summary>What engine and model are opened with: the same, unless a control wants a difference found.</summary>
internal sealed class SeatsSettings
{
    public SeatsOptions Engine { get; init; } = new() { WaitingListOffersMax = 1 };

    public SeatsModelOptions Model { get; init; } = new() { WaitingListOffersMax = 1 };

    /// <summary>Puts something else in the model's place, for controls.</summary>
    public Func<IModel, IModel> Twin { get; init; } = model => model;

    /// <summary>Tables that are full most of the time.</summary>
    public static SeatsSettings Small() => new()
    {
        Engine = new SeatsOptions
        {
            ChartsMax = 4,
            ShowsMax = 40,
            HoldsMax = 8,
            BookingsUnderWayMax = 1,
            ChannelBlocksMax = 15,
            WaitingRoomsMax = 6,
            WaitingBuyersMax = 12,
            WaitingStepsMax = 2,
            WaitingListsMax = 4,
            WaitingListOffersMax = 1,
        },
        Model = new SeatsModelOptions
        {
            ChartsMax = 4,
            ShowsMax = 40,
            HoldsMax = 8,
            BookingsUnderWayMax = 1,
            ChannelBlocksMax = 15,
            WaitingRoomsMax = 6,
            WaitingBuyersMax = 12,
            WaitingStepsMax = 2,
            WaitingListsMax = 4,
            WaitingListOffersMax = 1,
        },
    };
}
