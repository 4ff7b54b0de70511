using FastCore.Protocol;
using FastCore.Protocol.Fraud;
using FastCore.Protocol.Payments;

namespace FastCore.Torture;

/// <summary>
/// Decisions must be what was answered, bit for bit, with what became of them; those of a card must have seen every
/// transaction before them, once; and those of payments, which no answer tells, stay what they were found to be first.
/// </summary>
internal sealed class KeptDecisions(TortureFindings findings)
{
    private const int LookupMax = 1_000;
    private const ulong WindowNs = 7 * 86_400_000_000_000UL;

    private readonly Dictionary<(ulong Merchant, UInt128 Payment), DecisionRecord> _ofPayments = [];

    /// <summary>Compares transactions, each card's in the order in which they were sent.</summary>
    public async Task CheckAsync(IFastCoreSession session, IReadOnlyList<ScoredTransaction> all)
    {
        foreach (IGrouping<ulong, ScoredTransaction> card in all.GroupBy(one => one.Request.Card))
        {
            CheckWindows([.. card]);
        }

        foreach (ScoredTransaction[] some in all.Chunk(LookupMax))
        {
            findings.Check(
                await ScoredTransaction.SendAgainAsync(session, some, findings),
                () => $"sent again they were not answered: {some[0]} and others");
        }

        foreach (IGrouping<ulong, ScoredTransaction> merchant in all.GroupBy(one => one.Request.Merchant))
        {
            foreach (ScoredTransaction[] some in merchant.Chunk(LookupMax))
            {
                DecisionRecord[] found = await LookupAsync(
                    session, merchant.Key, [.. some.Select(one => one.Request.Id)]);
                for (int i = 0; i < some.Length; i++)
                {
                    CheckRecord(some[i], found[i]);
                }
            }

            await CheckReviewsAsync(
                session, merchant.Key, [.. merchant.Where(one => IsReviewed(one) && !one.IsResolved)]);
        }
    }

    /// <summary>Compares the decisions about payments that were acknowledged.</summary>
    public async Task CheckPaymentsAsync(IFastCoreSession session, IEnumerable<CreatePayment> payments)
    {
        foreach (IGrouping<ulong, CreatePayment> merchant in payments.GroupBy(payment => payment.Merchant))
        {
            foreach (CreatePayment[] some in merchant.Chunk(LookupMax))
            {
                DecisionRecord[] found = await LookupAsync(
                    session, merchant.Key, [.. some.Select(payment => payment.Id)]);
                for (int i = 0; i < some.Length; i++)
                {
                    CheckPayment(some[i], found[i]);
                }
            }
        }
    }

    /// <summary>Checks what the answers about one card's transactions tell about its windows.</summary>
    /// <param name="card">All of its transactions, in the order in which they were sent.</param>
    internal void CheckWindows(IReadOnlyList<ScoredTransaction> card)
    {
        for (int i = 0; i < card.Count; i++)
        {
            ScoredTransaction one = card[i];
            ulong now = one.Request.OccurredAt;
            int ofCard = 1;
            int atTerminal = 0;
            int frauds = 0;
            for (int before = i - 1; before >= 0; before--)
            {
                ScoredTransaction other = card[before];
                ulong age = now - other.Request.OccurredAt;
                if (age >= WindowNs + ScoreDriver.TerminalDelayNs)
                {
                    break;
                }

                ofCard += age < WindowNs ? 1 : 0;
                bool isSeen = age >= ScoreDriver.TerminalDelayNs && other.Request.Merchant == one.Request.Merchant;
                atTerminal += isSeen ? 1 : 0;
                frauds += isSeen && other.IsFraud ? 1 : 0;
            }

            ulong expected = TorturePolicy.ShadowsOf(ofCard, frauds, atTerminal);
            findings.Check(
                one.Answer.ShadowRules == expected,
                () => $"counted other than {ofCard} of the card, {atTerminal} and {frauds} frauds at the terminal, "
                    + $"shadows {expected:x16}: {one}");
            findings.Check(
                one.Answer is { Code: FraudStatus.Ok, PolicyVersion: > 0, Flags: DecisionFlags.None }
                    && TorturePolicy.IsRuled(one.Request.Amount, one.Answer),
                () => $"decided otherwise than its policy says about {one.Request.Amount}: {one}");
            findings.Check(
                one.LabelAnswer.Code is 0 or FraudStatus.Ok && one.VerdictAnswer.Code is 0 or FraudStatus.Ok,
                () => $"refused: {one}");
        }
    }

    private static bool IsReviewed(ScoredTransaction one) => one.Answer.Decision == Decision.Review;

    private static DecisionRecord Expected(ScoredTransaction one) => new()
    {
        Id = one.Request.Id,
        Merchant = one.Request.Merchant,
        Card = one.Request.Card,
        Terminal = one.Request.Terminal,
        Device = one.Request.Device,
        Amount = one.Request.Amount,
        OccurredAt = one.Request.OccurredAt,
        Currency = one.Request.Currency,
        UserData64 = one.Request.UserData64,
        Decision = one.Answer.Decision,
        Reason = one.Answer.Reason,
        Flags = one.Answer.Flags,
        Rule = one.Answer.Rule,
        Score = one.Answer.Score,
        Margin = one.Answer.Margin,
        PolicyVersion = one.Answer.PolicyVersion,
        ShadowRules = one.Answer.ShadowRules,
        Timestamp = one.Answer.Timestamp,
        Label = one.Label,
        KnownAt = one.Label != TransactionLabel.None ? one.KnownAt : 0,
        Verdict = one.IsResolved ? one.Verdict : Decision.None,
        ResolvedAt = one.VerdictAnswer.Timestamp,
        UnderReview = IsReviewed(one) && !one.IsResolved ? (byte)1 : (byte)0,
    };

    private void CheckRecord(ScoredTransaction one, in DecisionRecord now)
    {
        DecisionRecord found = now;
        findings.CheckKept(
            Bits.Same(Expected(one), found),
            () => $"{one}: found {found.Decision} {found.Reason}, margin {found.Margin:R}, shadows "
                + $"{found.ShadowRules:x16}, policy {found.PolicyVersion} at {found.Timestamp}, {found.Label}, "
                + $"{found.Verdict} at {found.ResolvedAt}, under review {found.UnderReview}");
    }

    private void CheckPayment(in CreatePayment payment, DecisionRecord found)
    {
        (ulong merchant, UInt128 id, ulong card, ulong amount) =
            (payment.Merchant, payment.Id, payment.Card, payment.Amount);
        string Tell() => $"payment {merchant}/{(ulong)id} of {amount}: found a decision about {found.Amount}, "
            + $"{found.Decision} {found.Reason} {found.Flags}, margin {found.Margin:R} at {found.Timestamp}";
        if (_ofPayments.TryGetValue((merchant, id), out DecisionRecord known))
        {
            findings.CheckKept(Bits.Same(known, found), () => $"{Tell()}, once it was {known.Margin:R}");
            return;
        }

        _ofPayments.Add((merchant, id), found);
        findings.CheckKept(
            (found.Id, found.Merchant, found.Card, found.Amount) == (id, merchant, card, amount)
                && (found.Decision, found.Reason) == (Decision.Approve, DecisionReason.Model)
                && found.PolicyVersion > 0
                && float.IsFinite(found.Margin)
                && (found.Flags & DecisionFlags.Payment) != 0,
            Tell);
    }

    private async Task<DecisionRecord[]> LookupAsync(IFastCoreSession session, ulong merchant, UInt128[] ids)
    {
        DecisionRecord[] found = new DecisionRecord[ids.Length];
        Reply reply = await session.LookupDecisionsAsync(merchant, ids, found);
        findings.Check(
            (reply.Status, reply.CountOf<DecisionRecord>()) == (FrameStatus.Ok, ids.Length),
            () => $"decisions of merchant {merchant}: {reply.Status}, {reply.CountOf<DecisionRecord>()} of "
                + $"{ids.Length} were found");
        return found;
    }

    private async Task CheckReviewsAsync(IFastCoreSession session, ulong merchant, ScoredTransaction[] expected)
    {
        HashSet<UInt128> waiting = [];
        DecisionRecord[] page = new DecisionRecord[LookupMax];
        ReviewFilter filter = new() { Limit = LookupMax };
        int count;
        do
        {
            Reply reply = await session.QueryReviewsAsync(merchant, filter, page);
            count = reply.Status == FrameStatus.Ok ? reply.CountOf<DecisionRecord>() : 0;
            findings.Check(
                reply.Status == FrameStatus.Ok && page.Take(count).All(record => waiting.Add(record.Id)),
                () => $"reviews of merchant {merchant} after {filter.After}: {reply.Status}, or one came twice");
            filter.After = count > 0 ? page[count - 1].Timestamp : filter.After;
        }
        while (count == LookupMax);

        findings.Check(
            waiting.SetEquals(expected.Select(one => one.Request.Id)),
            () => $"merchant {merchant} has {waiting.Count} reviews, other ones than the {expected.Length} answered");
    }
}
