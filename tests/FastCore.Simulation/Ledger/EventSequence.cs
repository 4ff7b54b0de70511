using FastCore.Protocol.Ledger;
using FastCore.Simulation.Domains;

namespace FastCore.Simulation.Ledger;

/// <summary>
/// The events of one request, in order: each takes a nanosecond, chains stand or fall together, imported events come
/// all together or not at all.
/// </summary>
internal sealed class EventSequence(LedgerState state, ModelTime time)
{
    private const uint Created = (uint)CreateTransferStatus.Created;
    private const uint LinkedEventFailed = (uint)CreateTransferStatus.LinkedEventFailed;
    private const uint LinkedEventChainOpen = (uint)CreateTransferStatus.LinkedEventChainOpen;
    private const ulong TimestampMax = long.MaxValue;

    public List<EventOutcome> Execute(List<LedgerEvent> events, EventCodes codes)
    {
        ulong firstNs = time.Last + 1;
        List<EventOutcome> results = [];
        for (int start = 0; start < events.Count;)
        {
            // A chain is every linked event from here on and the one that ends it.
            int end = start;
            while (end < events.Count - 1 && events[end].IsLinked)
            {
                end++;
            }

            results.AddRange(ExecuteChain(events, start, end, firstNs, codes));
            start = end + 1;
        }

        return results;
    }

    private List<EventOutcome> ExecuteChain(
        List<LedgerEvent> events, int start, int end, ulong firstNs, EventCodes codes)
    {
        state.BeginChain();
        List<EventOutcome> results = [];
        bool isBroken = false;
        for (int i = start; i <= end; i++)
        {
            ulong eventNs = time.Next();
            if (eventNs != firstNs + (ulong)i)
            {
                throw new InvalidOperationException("An event took more than one timestamp.");
            }

            // Whether the chain is left open is said even when it failed before.
            EventOutcome result =
                events[i].IsLinked && i == events.Count - 1 ? new EventOutcome(LinkedEventChainOpen, eventNs)
                : isBroken ? new EventOutcome(LinkedEventFailed, eventNs)
                : ExecuteOne(events[i], events, firstNs, eventNs, codes);
            if (result.Status != Created && !isBroken)
            {
                isBroken = true;
                results = [.. results.Select((_, n) => new EventOutcome(
                    LinkedEventFailed, firstNs + (ulong)(start + n)))];
            }

            results.Add(result);
        }

        state.EndChain(keep: !isBroken);
        return results;
    }

    private static EventOutcome ExecuteOne(
        LedgerEvent asked, List<LedgerEvent> events, ulong firstNs, ulong eventNs, EventCodes codes)
    {
        ulong lastNs = firstNs + (ulong)(events.Count - 1);
        uint status =
            asked.IsImported && !events[0].IsImported ? codes.ImportedEventNotExpected
            : !asked.IsImported && events[0].IsImported ? codes.ImportedEventExpected
            : !asked.IsImported && asked.TimestampNs != 0 ? (uint)CreateTransferStatus.TimestampMustBeZero
            : asked.IsImported && asked.TimestampNs is 0 or > TimestampMax ? codes.ImportedEventTimestampOutOfRange
            : asked.IsImported && asked.TimestampNs >= lastNs ? codes.ImportedEventTimestampMustNotAdvance
            : Created;
        return status == Created ? asked.Create(eventNs) : new EventOutcome(status, eventNs);
    }
}
