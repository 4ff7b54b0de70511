namespace FastCore.Fraud.Features;

/// <summary>Counts a history again from its events and hours, and compares with the running totals.</summary>
internal static class HistoryInvariants
{
    public static string? Check(
        KeyPlan plan, EntityTable entities, EventBlocks events, SpilledHours hours, HistoryLabels? labels)
    {
        int blocks = 0;
        int hourCount = 0;
        int waiting = 0;
        int labelled = 0;
        for (int slot = 0; slot < entities.SlotsUsed; slot++)
        {
            if (!entities.IsLive(slot))
            {
                continue;
            }

            ref readonly EntityHeader header = ref entities.Read(slot, out ReadOnlySpan<ReachTotals> reaches);
            blocks += CountBlocks(header, reaches, events);
            hourCount += reaches.IsEmpty ? 0 : (int)(header.NextHour - reaches[^1].OldestHour);
            waiting += labels?.CountWaiting(header.WaitingLabel) ?? 0;
            if (labels is not null)
            {
                labelled += CountLabelled(slot, header, reaches[^1], events, hours, labels);
            }

            for (int i = 0; i < reaches.Length; i++)
            {
                if (CheckReach(plan.ReachNs[i], slot, header, reaches[i], events, hours) is string broken)
                {
                    return $"key {header.Id}, reach {DurationText.Of(plan.ReachNs[i])}: {broken}";
                }
            }
        }

        return blocks != events.Count ? $"{blocks} blocks are in chains, {events.Count} are there"
            : hourCount != hours.Count ? $"{hourCount} hours belong to keys, {hours.Count} are there"
            : waiting != (labels?.WaitingCount ?? 0)
                ? $"{waiting} labels are in lists, {labels?.WaitingCount} are there"
            : labelled != (labels?.LabelledCount ?? 0)
                ? $"{labelled} events have labels, {labels?.LabelledCount} labels are there"
            : null;
    }

    private static int CountLabelled(
        int slot,
        in EntityHeader header,
        in ReachTotals longest,
        EventBlocks events,
        SpilledHours hours,
        HistoryLabels labels)
    {
        int count = 0;
        int link = longest.OldestBlock;
        for (uint number = longest.Oldest; number != header.NextEvent;)
        {
            count += events.Read(link, number).IsLabelled && labels.IsLabelled(slot, number) ? 1 : 0;
            link = ++number % EventBlockRow.Events == 0 ? events.Read(link).Next : link;
        }

        for (uint number = longest.OldestHour; number != header.NextHour; number++)
        {
            count += labels.CountLabelled(hours.Read(slot, number));
        }

        return count;
    }

    private static int CountBlocks(
        in EntityHeader header, ReadOnlySpan<ReachTotals> reaches, EventBlocks events)
    {
        int count = 0;
        for (int link = reaches.IsEmpty ? 0 : reaches[^1].OldestBlock; link != 0; link = events.Read(link).Next)
        {
            count++;
            if (events.Read(link).Next == 0 && link != header.TailBlock)
            {
                return -1;
            }
        }

        return count;
    }

    private static string? CheckReach(
        ulong reachNs, int slot, in EntityHeader header, in ReachTotals reach, EventBlocks events, SpilledHours hours)
    {
        ReachTotals again = reach;
        int link = reach.OldestBlock;
        for (uint number = reach.Oldest; number != header.NextEvent;)
        {
            EventRow row = events.Read(link, number);
            if (number == reach.Oldest && row.TimeNs != reach.OldestNs)
            {
                return $"event {number} is not the oldest";
            }

            if (row.TimeNs + reachNs <= header.LastNs)
            {
                return $"event {number} is out of reach";
            }

            again.Remove(row);
            link = ++number % EventBlockRow.Events == 0 ? events.Read(link).Next : link;
        }

        for (uint number = reach.OldestHour; reachNs >= FeatureLimits.Hour && number != header.NextHour; number++)
        {
            again.Remove(hours.Read(slot, number));
        }

        return (again.Sum, again.Count, again.Fraud, again.Distinct) == (0, 0, 0, 0)
            ? null
            : $"the totals are off by {again.Count} events, {again.Sum}, {(int)again.Fraud} frauds, "
                + $"{(int)again.Distinct} counterparties";
    }
}
