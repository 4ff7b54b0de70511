using FastCore.Protocol.Fraud;

namespace FastCore.Simulation.Fraud;

/// <summary>All transactions of each key, for ever; every window is counted anew by its definition.</summary>
internal sealed class ModelWindows
{
    private const ulong MinuteNs = 60_000_000_000;
    private const ulong HourNs = 60 * MinuteNs;
    private const ulong DayNs = 24 * HourNs;

    // The longest window of terminals: what lies before it, no feature can read any more.
    private const ulong TerminalReachNs = 90 * MinuteNs;

    private readonly Dictionary<(char Kind, UInt128 Key), List<ModelEvent>> _events = [];

    /// <summary>Counts a transaction for its card; null when it names none.</summary>
    /// <param name="decision">The transaction.</param>
    /// <param name="timeNs">When it happened.</param>
    public ModelCard? ObserveCard(ModelDecision decision, ulong timeNs)
    {
        if (decision.Request.Card == 0)
        {
            return null;
        }

        List<ModelEvent> card = Add('c', decision.Request.Card, decision, timeNs);
        return new ModelCard(In(card, MinuteNs)!, In(card, 10 * MinuteNs)!, card[^1].TimeNs - card[0].TimeNs);
    }

    /// <summary>Counts a transaction for its terminal and merchant, and tells what rules may know of it.</summary>
    /// <param name="decision">The transaction.</param>
    /// <param name="card">What was counted for its card.</param>
    /// <param name="timeNs">When it happened.</param>
    /// <param name="isOn">Whether it is on a list.</param>
    public ModelFacts Observe(ModelDecision decision, ModelCard? card, ulong timeNs, Func<string, bool> isOn)
    {
        ScoreTransaction request = decision.Request;
        List<ModelEvent>? terminal =
            request.Terminal == 0 ? null : Add('t', TerminalOf(request), decision, timeNs);
        List<ModelEvent> merchant = Add('m', request.Merchant, decision, timeNs);
        decision.TerminalEvent = terminal?[^1];
        return new ModelFacts
        {
            Amount = request.Amount,
            Currency = request.Currency,
            Bin = request.Bin,
            IsNight = timeNs % DayNs < 7 * HourNs,
            CardMinute = card?.Minute,
            CardTenMinutes = card?.TenMinutes,
            CardFirstSeenNs = card?.FirstSeenNs,
            TerminalLate = In(terminal, 30 * MinuteNs, HourNs),
            TerminalHour = In(terminal, HourNs),
            TerminalTenMinutes = In(terminal, 10 * MinuteNs),
            MerchantTenSeconds = In(merchant, MinuteNs / 6)!,
            MerchantMinute = In(merchant, MinuteNs)!,
            IsOn = isOn,
        };
    }

    /// <summary>Whether no window can read a transaction any more, so that a label cannot matter.</summary>
    public bool IsForgotten(ModelDecision decision) =>
        decision.TerminalEvent is { } one
        && one.TimeNs + TerminalReachNs <= _events[('t', TerminalOf(decision.Request))][^1].TimeNs;

    private static UInt128 TerminalOf(in ScoreTransaction request) => new(request.Merchant, request.Terminal);

    // A key's time never goes back: what says that it is older happens together with the newest.
    private List<ModelEvent> Add(char kind, UInt128 key, ModelDecision decision, ulong timeNs)
    {
        if (!_events.TryGetValue((kind, key), out List<ModelEvent>? events))
        {
            _events.Add((kind, key), events = []);
        }

        events.Add(new ModelEvent(decision, events.Count == 0 ? timeNs : Math.Max(timeNs, events[^1].TimeNs)));
        return events;
    }

    // (t − delay − length, t − delay], by the time of the key.
    private static ModelWindow? In(List<ModelEvent>? events, ulong lengthNs, ulong delayNs = 0)
    {
        if (events is null)
        {
            return null;
        }

        // A key's time never goes back, so what is too old begins at one place.
        ulong now = events[^1].TimeNs;
        List<ModelDecision> found = [];
        for (int i = events.Count - 1; i >= 0 && events[i].TimeNs + delayNs + lengthNs > now; i--)
        {
            if (events[i].TimeNs + delayNs <= now)
            {
                found.Add(events[i].Decision);
            }
        }

        return new ModelWindow(
            (ulong)found.Count,
            found.Aggregate(0UL, (sum, one) => sum + one.Request.Amount),
            found.Select(one => TerminalOf(one.Request)).Distinct().Count(),
            (ulong)found.Count(one => one.IsFraudAt(now)));
    }
}

/// <summary>A transaction in the history of a key, at the time at which the key has it.</summary>
internal sealed record ModelEvent(ModelDecision Decision, ulong TimeNs);

/// <summary>What rules may know of a card.</summary>
internal sealed record ModelCard(ModelWindow Minute, ModelWindow TenMinutes, ulong FirstSeenNs);
