using System.Diagnostics.Metrics;
using FastCore.Node;

namespace FastCore.Hosting;

/// <summary>
/// The node's counters as meters; names and units are documented in docs/METRICS.md. They are read when somebody
/// observes them, so the partitions pay nothing.
/// </summary>
internal static class NodeMeters
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "FastCore.Node";

    /// <summary>Lets meters read a node's counters. The factory owns the meter and disposes it with the host.</summary>
    public static void Observe(IMeterFactory meters, HostedNode node)
    {
        Meter meter = meters.Create(MeterName);
        Count("requests", "{request}", "Write requests executed.", s => s.Requests);
        Count("elements", "{element}", "Elements of write requests executed.", s => s.Elements);
        Count("reads", "{request}", "Reads answered.", s => s.Reads);
        Count("batches", "{batch}", "Batches journaled.", s => s.Batches);
        Count("journal.written", "By", "Command bytes journaled.", s => s.JournalBytes);
        Count("requests.shed", "{request}", "Requests shed because they waited too long for their class.", s => s.Shed);
        Count(
            "requests.expired", "{request}", "Requests refused because their own deadline had passed.", s => s.Expired);
        Count("requests.storage_full", "{request}", "Writes refused because the disk is full.", s => s.StorageFull);
        Count("checkpoints", "{checkpoint}", "Checkpoints published.", s => s.Checkpoints);
        Count("checkpoints.failed", "{checkpoint}", "Checkpoints that failed.", s => s.CheckpointFailures);
        Level(
            "checkpoints.stall", "us", "Longest time that a checkpoint held a partition in one piece.",
            s => s.CheckpointStallMaxUs);
        Level(
            "checkpoints.processor", "us",
            "Most processor time that a checkpoint took of a partition in one piece (Linux).",
            s => s.CheckpointProcessorMaxUs);
        Count("seats.holds", "{hold}", "Holds of seats made.", s => s.SeatHolds);
        Count("seats.holds.refused", "{hold}", "Holds of seats asked for and refused.", s => s.SeatHoldsRefused);
        Count("seats.holds.expired", "{hold}", "Holds of seats that expired.", s => s.SeatHoldsExpired);
        Count("seats.holds.released", "{hold}", "Holds of seats given back whole.", s => s.SeatHoldsReleased);
        Count(
            "seats.holds.fast", "{hold}", "Holds beyond the tenth of a buyer in a minute, in shows that count buyers.",
            s => s.SeatHoldsFast);
        Count("seats.bookings", "{booking}", "Bookings of seats confirmed.", s => s.SeatBookings);
        Count(
            "seats.buyers.forgotten", "{buyer}", "Counted buyers forgotten to make room for others.",
            s => s.SeatBuyersForgotten);
        Count("seats.list.joined", "{entry}", "Entries that joined waiting lists.", s => s.SeatListed);
        Count("seats.list.offers", "{hold}", "Holds offered to waiting lists.", s => s.SeatOffers);
        Level("seats.list.waiting", "{entry}", "Entries of waiting lists that wait.", s => s.SeatListWaiting);
        Level("seats.list.offered", "{entry}", "Entries of waiting lists with an offer.", s => s.SeatListOffered);
        Level("queue", "By", "Bytes waiting in the request rings.", s => s.QueuedBytes);
        Level(
            "buffers.outstanding", "{buffer}", "Buffers of convenient calls in use, in the whole process.",
            s => s.BuffersOutstanding);
        Count("knobs.turned", "{change}", "Knobs turned while the node runs.", s => s.KnobsTurned);
        Level(
            "knobs.not_effective", "{knob}", "Turned knobs whose value the runtime refused.", s => s.KnobsRefused);
        Level("partitions.stopped", "{partition}", "Partitions that stopped.", s => s.Stopped.Count);
        Level(
            "flows.stopped", "{flow}", "Flows that stopped: payments of bookings.",
            s => s.FlowFailure is null ? 0 : 1);

        void Count(string name, string unit, string description, Func<NodeStatistics, long> read) =>
            meter.CreateObservableCounter($"fastcore.node.{name}", () => Read(read), unit, description);

        void Level(string name, string unit, string description, Func<NodeStatistics, long> read) =>
            meter.CreateObservableUpDownCounter($"fastcore.node.{name}", () => Read(read), unit, description);

        long Read(Func<NodeStatistics, long> read) => node.Current is { } open ? read(open.Statistics) : 0;
    }
}
