using FastCore.Protocol.Fraud;

namespace FastCore.Simulation.Fraud;

/// <summary>A decided transaction with all that was said about it later.</summary>
internal sealed class ModelDecision
{
    private readonly List<(ulong KnownAt, TransactionLabel Label)> _told = [];

    public required ScoreTransaction Request { get; init; }

    /// <summary>The answer, without the flag of a duplicate.</summary>
    public ScoreResult Answer { get; set; }

    /// <summary>Where its terminal has it; null when it named none.</summary>
    public ModelEvent? TerminalEvent { get; set; }

    /// <summary>The newest label; null when there is none.</summary>
    public ModelLabel? Label { get; set; }

    public bool IsUnderReview { get; set; }

    public ReviewVerdict? Verdict { get; set; }

    /// <summary>The answer to the verdict.</summary>
    public FraudResult Resolved { get; set; }

    /// <summary>Windows were told a label, whether or not it is the one that is kept.</summary>
    public void Tell(ulong knownAt, TransactionLabel label) => _told.Add((knownAt, label));

    /// <summary>Of the labels known at a time the latest counts, of equal ones the gravest.</summary>
    public bool IsFraudAt(ulong timeNs) =>
        _told.Where(one => one.KnownAt <= timeNs).DefaultIfEmpty().Max().Label >= TransactionLabel.Confirmed;

    /// <summary>As a lookup tells it.</summary>
    public DecisionRecord Record => new()
    {
        Id = Request.Id,
        Merchant = Request.Merchant,
        Card = Request.Card,
        Terminal = Request.Terminal,
        Device = Request.Device,
        Amount = Request.Amount,
        OccurredAt = Request.OccurredAt,
        Latitude = Request.Latitude,
        Longitude = Request.Longitude,
        Currency = Request.Currency,
        Bin = Request.Bin,
        RequestFlags = Request.Flags,
        UserData64 = Request.UserData64,
        UserData128 = Request.UserData128,
        Decision = Answer.Decision,
        Reason = Answer.Reason,
        Flags = Answer.Flags,
        Rule = Answer.Rule,
        Score = Answer.Score,
        Margin = Answer.Margin,
        PolicyVersion = Answer.PolicyVersion,
        ShadowRules = Answer.ShadowRules,
        Timestamp = Answer.Timestamp,
        Label = Label?.Label ?? TransactionLabel.None,
        KnownAt = Label?.KnownAt ?? 0,
        Verdict = Verdict?.Verdict ?? Decision.None,
        ResolvedAt = Resolved.Timestamp,
        UnderReview = IsUnderReview ? (byte)1 : (byte)0,
    };
}

/// <summary>A label that is kept.</summary>
internal sealed record ModelLabel(TransactionLabel Label, ulong KnownAt, bool IsAtCommit, FraudResult Answer);
