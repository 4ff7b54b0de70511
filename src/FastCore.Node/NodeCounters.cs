using FastCore.Engine.Partitions;
using FastCore.Seats;

namespace FastCore.Node;

/// <summary>Sums the counters of partitions.</summary>
internal static class NodeCounters
{
    public static NodeStatistics AddSeats(NodeStatistics statistics, IEnumerable<SeatCounters> partitions)
    {
        foreach (SeatCounters seats in partitions)
        {
            statistics = statistics with
            {
                SeatHolds = statistics.SeatHolds + Volatile.Read(ref seats.Holds),
                SeatHoldsRefused = statistics.SeatHoldsRefused + Volatile.Read(ref seats.HoldsRefused),
                SeatHoldsExpired = statistics.SeatHoldsExpired + Volatile.Read(ref seats.HoldsExpired),
                SeatHoldsReleased = statistics.SeatHoldsReleased + Volatile.Read(ref seats.HoldsReleased),
                SeatHoldsFast = statistics.SeatHoldsFast + Volatile.Read(ref seats.HoldsFast),
                SeatBookings = statistics.SeatBookings + Volatile.Read(ref seats.Bookings),
                SeatBuyersForgotten = statistics.SeatBuyersForgotten + Volatile.Read(ref seats.BuyersForgotten),
                SeatListed = statistics.SeatListed + Volatile.Read(ref seats.Listed),
                SeatOffers = statistics.SeatOffers + Volatile.Read(ref seats.Offers),
                SeatListWaiting = statistics.SeatListWaiting + Volatile.Read(ref seats.ListWaiting),
                SeatListOffered = statistics.SeatListOffered + Volatile.Read(ref seats.ListOffered),
            };
        }

        return statistics;
    }

    public static NodeStatistics Sum(IEnumerable<Partition> partitions)
    {
        long requests = 0, elements = 0, reads = 0, batches = 0, journalBytes = 0, shed = 0, expired = 0;
        long storageFull = 0, checkpoints = 0, checkpointFailures = 0, checkpointStallMaxNs = 0;
        long checkpointProcessorMaxNs = 0, queuedBytes = 0;
        bool isStorageFull = false;
        List<string> stopped = [];
        foreach (Partition partition in partitions)
        {
            PartitionCounters counters = partition.Counters;
            requests += Volatile.Read(ref counters.Requests);
            elements += Volatile.Read(ref counters.Elements);
            reads += Volatile.Read(ref counters.Reads);
            batches += Volatile.Read(ref counters.Batches);
            journalBytes += Volatile.Read(ref counters.JournalBytes);
            shed += Volatile.Read(ref counters.Shed);
            expired += Volatile.Read(ref counters.Expired);
            storageFull += Volatile.Read(ref counters.StorageFull);
            checkpoints += Volatile.Read(ref counters.Checkpoints);
            checkpointFailures += Volatile.Read(ref counters.CheckpointFailures);
            checkpointStallMaxNs = Math.Max(checkpointStallMaxNs, Volatile.Read(ref counters.CheckpointStallMaxNs));
            checkpointProcessorMaxNs =
                Math.Max(checkpointProcessorMaxNs, Volatile.Read(ref counters.CheckpointProcessorMaxNs));
            queuedBytes += partition.Inbox.Used;
            isStorageFull |= partition.IsStorageFull;
            if (partition.Stopped is { } why)
            {
                stopped.Add(why);
            }
        }

        return new NodeStatistics
        {
            Requests = requests,
            Elements = elements,
            Reads = reads,
            Batches = batches,
            JournalBytes = journalBytes,
            Shed = shed,
            Expired = expired,
            StorageFull = storageFull,
            Checkpoints = checkpoints,
            CheckpointFailures = checkpointFailures,
            CheckpointStallMaxUs = checkpointStallMaxNs / 1_000,
            CheckpointProcessorMaxUs = checkpointProcessorMaxNs / 1_000,
            QueuedBytes = queuedBytes,
            Stopped = stopped,
            IsStorageFull = isStorageFull,
        };
    }
}
