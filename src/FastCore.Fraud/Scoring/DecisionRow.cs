using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastCore.Fraud.Features;
using FastCore.Protocol.Fraud;

namespace FastCore.Fraud.Scoring;

/// <summary>A decision in the history, with the request that it answers. It never changes.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct DecisionRow
{
    public const int Size = 256;

    [FieldOffset(0)] public ScoreTransaction Request;
    [FieldOffset(128)] public ulong Timestamp;
    [FieldOffset(136)] public ulong PolicyVersion;
    [FieldOffset(144)] public float Score;
    [FieldOffset(148)] public float Margin;
    [FieldOffset(152)] public ulong ShadowRules;

    /// <summary>Margins of the shadow models, in the policy's order.</summary>
    [FieldOffset(160)] public ShadowMargins Shadows;

    [FieldOffset(176)] public EventPlace Card;
    [FieldOffset(192)] public EventPlace Terminal;
    [FieldOffset(208)] public EventPlace Merchant;

    /// <summary>Its first row among the vectors.</summary>
    [FieldOffset(224)] public long Vector;

    [FieldOffset(232)] public ushort Rule;
    [FieldOffset(234)] public Decision Decision;
    [FieldOffset(235)] public DecisionReason Reason;
    [FieldOffset(236)] public DecisionFlags Flags;
    [FieldOffset(238)] public ushort Reserved0;
    [FieldOffset(240)] public ulong Reserved1;

    /// <summary>The time that the windows took it for.</summary>
    [FieldOffset(248)] public ulong TimeNs;

    public readonly ScoreResult ToResult() => new()
    {
        Timestamp = Timestamp,
        Code = FraudStatus.Ok,
        Decision = Decision,
        Reason = Reason,
        Flags = Flags,
        Score = Score,
        Margin = Margin,
        PolicyVersion = PolicyVersion,
        Rule = Rule,
        ShadowRules = ShadowRules,
    };

    public readonly DecisionRecord ToRecord() => new()
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
        Decision = Decision,
        Reason = Reason,
        Flags = Flags,
        Rule = Rule,
        UserData64 = Request.UserData64,
        UserData128 = Request.UserData128,
        Score = Score,
        Margin = Margin,
        PolicyVersion = PolicyVersion,
        ShadowRules = ShadowRules,
        Timestamp = Timestamp,
    };
}

/// <summary>One margin for each shadow model a policy can have.</summary>
[InlineArray(4)]
internal struct ShadowMargins
{
    private float _first;
}

/// <summary>Features of a decision as models read them; larger sets take several rows, one behind the other.</summary>
[InlineArray(Length)]
internal struct VectorRow
{
    public const int Length = 32;

    private float _first;
}
