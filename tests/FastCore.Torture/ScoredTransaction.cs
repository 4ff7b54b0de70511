using FastCore.Protocol;
using FastCore.Protocol.Fraud;

namespace FastCore.Torture;

/// <summary>A transaction that is scored, perhaps labelled and reviewed, and its first answers if some came.</summary>
internal sealed class ScoredTransaction
{
    private static readonly Asked<ScoreTransaction, ScoreResult> Scores = new(
        Operation.ScoreTransactions,
        _ => true,
        one => one.Request,
        one => one.Answer,
        (one, answer) => one.Answer = answer,
        answer => (uint)answer.Code,
        answer => answer with { ResultFlags = answer.ResultFlags | ScoreResultFlags.Duplicate });

    private static readonly Asked<LabelTransaction, FraudResult> Labels = new(
        Operation.LabelTransactions,
        one => one.Label != TransactionLabel.None,
        one => new LabelTransaction
        {
            Id = one.Request.Id,
            Merchant = one.Request.Merchant,
            Card = one.Request.Card,
            KnownAt = one.KnownAt,
            Label = one.Label,
        },
        one => one.LabelAnswer,
        (one, answer) => one.LabelAnswer = answer,
        answer => (uint)answer.Code,
        answer => answer with { Flags = answer.Flags | ScoreResultFlags.Duplicate });

    private static readonly Asked<ReviewVerdict, FraudResult> Verdicts = new(
        Operation.ResolveReviews,
        one => one.IsResolved,
        one => new ReviewVerdict { Id = one.Request.Id, Merchant = one.Request.Merchant, Verdict = one.Verdict },
        one => one.VerdictAnswer,
        (one, answer) => one.VerdictAnswer = answer,
        answer => (uint)answer.Code,
        answer => answer with { Flags = answer.Flags | ScoreResultFlags.Duplicate });

    /// <summary>The transaction as it is sent, each time the same.</summary>
    public required ScoreTransaction Request { get; init; }

    /// <summary>What it was found to be; none = nobody says so.</summary>
    public TransactionLabel Label { get; init; }

    /// <summary>How a review of it ends, if it comes to one; none = it stays open.</summary>
    public Decision Verdict { get; init; }

    /// <summary>What was decided; without a code as long as nothing was.</summary>
    public ScoreResult Answer { get; set; }

    /// <summary>What the label was answered; without a code as long as it was not.</summary>
    public FraudResult LabelAnswer { get; set; }

    /// <summary>What the verdict was answered; without a code as long as it was not.</summary>
    public FraudResult VerdictAnswer { get; set; }

    /// <summary>Its label is known when the windows of its terminal begin to see it.</summary>
    public ulong KnownAt => Request.OccurredAt + ScoreDriver.TerminalDelayNs;

    /// <summary>Its label says that it was fraud.</summary>
    public bool IsFraud => Label is TransactionLabel.Confirmed or TransactionLabel.Chargeback;

    /// <summary>It was to be reviewed, and its review ends.</summary>
    public bool IsResolved => Answer.Decision == Decision.Review && Verdict != Decision.None;

    /// <summary>Whether it waits for an answer.</summary>
    public bool IsOpen => Scores.IsOpen(this) || Labels.IsOpen(this) || Verdicts.IsOpen(this);

    /// <summary>
    /// Sends what is open of some transactions, until all of it is answered. False when the server does not answer any
    /// more.
    /// </summary>
    public static async Task<bool> SendAsync(IFastCoreSession session, IReadOnlyList<ScoredTransaction> some) =>
        await Scores.AskAsync(session, some)
        && await Labels.AskAsync(session, some)
        && await Verdicts.AskAsync(session, some);

    /// <summary>
    /// Sends transactions of which nothing is open again: every answer must be the first one, bit for bit. False when
    /// the server does not answer any more.
    /// </summary>
    public static async Task<bool> SendAgainAsync(
        IFastCoreSession session, IReadOnlyList<ScoredTransaction> some, TortureFindings findings) =>
        await Scores.AskAgainAsync(session, some, findings)
        && await Labels.AskAgainAsync(session, some, findings)
        && await Verdicts.AskAgainAsync(session, some, findings);

    /// <inheritdoc/>
    public override string ToString() =>
        $"transaction {Request.Merchant}/{Request.Id} of card {Request.Card}: {Answer.Code} {Answer.Decision} "
        + $"{Answer.Reason} flags {Answer.Flags}, margin {Answer.Margin:R}, shadows {Answer.ShadowRules:x16}, policy "
        + $"{Answer.PolicyVersion} at {Answer.Timestamp}; {Label} {LabelAnswer.Code}; {Verdict} {VerdictAnswer.Code}";
}
