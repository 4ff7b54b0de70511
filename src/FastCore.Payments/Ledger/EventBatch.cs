using System.Runtime.CompilerServices;
using FastCore.Protocol.Ledger;

namespace FastCore.Payments.Ledger;

/// <summary>
/// Executes the events of one request in order: linked chains, the rule that imported events come all together or not
/// at all, and timestamps. Hot: no allocation, no virtual call.
/// </summary>
internal sealed class EventBatch(LedgerStore store, Refusals refusals)
{
    // The numbers of these are the same for accounts and transfers.
    private const uint Created = (uint)CreateTransferStatus.Created;
    private const uint LinkedEventFailed = (uint)CreateTransferStatus.LinkedEventFailed;
    private const uint LinkedEventChainOpen = (uint)CreateTransferStatus.LinkedEventChainOpen;
    private const uint TimestampMustBeZero = (uint)CreateTransferStatus.TimestampMustBeZero;

    // What events will touch is asked for in bursts, see RecordHints: about two microseconds of work.
    private const int Burst = 8;

    public void Execute<TEvent, TRules>(
        ulong book, ReadOnlySpan<TEvent> events, Span<EventResult> results, TRules rules)
        where TEvent : unmanaged
        where TRules : struct, IEventRules<TEvent>
    {
        if (events.IsEmpty)
        {
            return;
        }

        // The first event decides whether the request is an import. An import lies before the request's last moment.
        bool isImport = rules.IsImported(events[0]);
        ulong requestNs = store.Clock.Last + (ulong)events.Length;
        int chainStart = -1;
        bool isBroken = false;
        for (int i = 0; i < events.Length; i++)
        {
            if (i % Burst == 0)
            {
                int end = Math.Min(i + (2 * Burst), events.Length);
                for (int ahead = i == 0 ? 0 : i + Burst; ahead < end; ahead++)
                {
                    rules.Prefetch(book, events[ahead]);
                }
            }

            ref readonly TEvent asked = ref events[i];
            ulong eventNs = store.Clock.Next();
            ulong timestampNs = eventNs;
            bool isLinked = rules.IsLinked(asked);
            if (isLinked && chainStart < 0)
            {
                chainStart = i;
                store.BeginChain();
            }

            uint status = isLinked && i == events.Length - 1 ? LinkedEventChainOpen
                : isBroken ? LinkedEventFailed
                : CheckTime<TEvent, TRules>(asked, isImport, requestNs, rules);
            if (status == Created)
            {
                status = rules.Create(book, asked, eventNs, out timestampNs);
            }

            results[i] = new EventResult { TimestampNs = timestampNs, Status = status };
            if (chainStart < 0)
            {
                refusals.WriteNoted();
                continue;
            }

            if (status != Created && !isBroken)
            {
                isBroken = true;
                store.RollbackChain();
                refusals.WriteNoted();
                for (int failed = chainStart; failed < i; failed++)
                {
                    // An imported event carried its caller's time while it stood; refused, it has its own.
                    results[failed].Status = LinkedEventFailed;
                    results[failed].TimestampNs = eventNs - (ulong)(i - failed);
                }
            }

            if (!isLinked || status == LinkedEventChainOpen)
            {
                if (!isBroken)
                {
                    store.CommitChain();
                }

                chainStart = -1;
                isBroken = false;
            }
        }
    }

    /// <summary>The rules on timestamps, which come before the event's own.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint CheckTime<TEvent, TRules>(in TEvent asked, bool isImport, ulong requestNs, TRules rules)
        where TEvent : unmanaged
        where TRules : struct, IEventRules<TEvent>
    {
        bool isImported = rules.IsImported(asked);
        ulong timestampNs = rules.TimestampOf(asked);
        if (isImport == isImported && !isImported)
        {
            return timestampNs == 0 ? Created : TimestampMustBeZero;
        }

        if (isImport != isImported)
        {
            return isImported ? rules.ImportedEventNotExpected : rules.ImportedEventExpected;
        }

        if (!TimestampRange.IsValid(timestampNs))
        {
            return rules.ImportedEventTimestampOutOfRange;
        }

        return timestampNs >= requestNs ? rules.ImportedEventTimestampMustNotAdvance : Created;
    }
}
