using System.Runtime.InteropServices;
using FastCore.Fraud.Features;
using FastCore.Protocol.Fraud;

namespace FastCore.Fraud.Scoring;

/// <summary>
/// A transaction that was counted by a step of its own on the partition of its card, with what was handed over: a
/// request that comes again gets the same and is counted once.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct CardRow
{
    public const int Size = 192;

    [FieldOffset(0)] public UInt128 Id;
    [FieldOffset(16)] public ulong Merchant;
    [FieldOffset(24)] public ulong Card;
    [FieldOffset(32)] public ulong Amount;
    [FieldOffset(40)] public ulong OccurredAt;
    [FieldOffset(48)] public EventPlace Place;
    [FieldOffset(64)] public CardFeatures Features;
    [FieldOffset(176)] public int Latitude;
    [FieldOffset(180)] public int Longitude;
    [FieldOffset(184)] public ulong Terminal;
}
