using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Engine.Tables;

namespace FastCore.Fraud.Scoring;

/// <summary>Key of the queue of reviews.</summary>
/// <param name="id">Transaction.</param>
/// <param name="merchant">Merchant.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct ReviewKey(UInt128 id, ulong merchant) : ITableKey<ReviewKey>
{
    public readonly UInt128 Id = id;
    public readonly ulong Merchant = merchant;

    public bool Equals(ReviewKey other) => Id == other.Id && Merchant == other.Merchant;

    public override bool Equals(object? obj) => obj is ReviewKey other && Equals(other);

    public override int GetHashCode() => (int)Hash64();

    public ulong Hash64() => RecordKey.Of(Id, RecordKinds.Decision, Merchant).Hash64();
}

/// <summary>A transaction that waits for a verdict.</summary>
[StructLayout(LayoutKind.Explicit, Size = 48)]
internal struct ReviewRow : ITableRow<ReviewKey>
{
    [FieldOffset(0)] public UInt128 Id;
    [FieldOffset(16)] public ulong Merchant;
    [FieldOffset(24)] public ulong Timestamp;
    [FieldOffset(32)] public long Decision;
    [FieldOffset(40)] public ulong Reserved;

    readonly ReviewKey ITableRow<ReviewKey>.Key => new(Id, Merchant);
}
