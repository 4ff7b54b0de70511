using System.Runtime.InteropServices;
using FastCore.Engine.Tables;
using FastCore.Protocol.Payments;

namespace FastCore.Payments.Payments;

/// <summary>Key of the table of open connector calls.</summary>
/// <param name="call">Number of the call, unique in the partition for ever.</param>
internal readonly struct CallKey(ulong call) : ITableKey<CallKey>
{
    public readonly ulong Call = call;

    /// <inheritdoc/>
    public bool Equals(CallKey other) => Call == other.Call;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is CallKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)Hash64();

    /// <inheritdoc/>
    public ulong Hash64() => new MerchantKey(Call).Hash64();
}

/// <summary>Where an open call stands.</summary>
internal enum CallPhase : byte
{
    /// <summary>Sent; its answer is awaited.</summary>
    Sent = 0,

    /// <summary>Its outcome is unknown; the next status poll is scheduled.</summary>
    PollScheduled = 1,

    /// <summary>A status poll was sent; its answer is awaited.</summary>
    PollSent = 2,

    /// <summary>It surely was not done; sending it again is scheduled.</summary>
    ResendScheduled = 3,
}

/// <summary>A connector call without a final answer.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct CallRow : ITableRow<CallKey>
{
    public const int Size = 80;

    [FieldOffset(0)] public ulong Call;
    [FieldOffset(8)] public ulong Merchant;
    [FieldOffset(16)] public UInt128 PaymentId;
    [FieldOffset(32)] public UInt128 ActionId;
    [FieldOffset(48)] public ulong Amount;

    /// <summary>When the machine acts by itself next; always set.</summary>
    [FieldOffset(56)] public ulong DueNs;

    [FieldOffset(64)] public ConnectorCallKind Kind;
    [FieldOffset(65)] public CallPhase Phase;

    /// <summary>
    /// Record kind of the action that it carries out; 0 = none (an authorization, or an expiry's void).
    /// </summary>
    [FieldOffset(66)] public byte ActionKind;

    /// <summary>1 = with automatic capture.</summary>
    [FieldOffset(67)] public byte IsSale;

    [FieldOffset(68)] public ushort Connector;
    [FieldOffset(70)] public ushort Attempt;
    [FieldOffset(72)] public ushort Polls;
    [FieldOffset(74)] public ushort Resends;
    /// <summary>Number of the last sending, status polls included.</summary>
    [FieldOffset(76)] public ushort Sends;

    /// <summary>Number of the last sending that asked to do it.</summary>
    [FieldOffset(78)] public ushort LastDoing;

    readonly CallKey ITableRow<CallKey>.Key => new(Call);
}
