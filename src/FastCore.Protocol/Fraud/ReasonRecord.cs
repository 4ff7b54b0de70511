using System.Runtime.InteropServices;

namespace FastCore.Protocol.Fraud;

/// <summary>Asks why a decision came out as it did.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct ReasonFilter
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 32;

    /// <summary>Transaction id, or id of the payment.</summary>
    [FieldOffset(0)] public UInt128 Id;

    /// <summary>Results at most, 1 … 8,189.</summary>
    [FieldOffset(16)] public uint Limit;

    /// <summary>Must be zero.</summary>
    [FieldOffset(20)] public uint Reserved0;

    /// <summary>Must be zero.</summary>
    [FieldOffset(24)] public ulong Reserved1;
}

/// <summary>
/// What a feature added to the margin of a decision. The first row is the bias, the margin of a transaction of which
/// nothing is known; then all features follow, those that speak most for fraud first. All together are the margin.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct ReasonRecord
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 128;

    /// <summary>Version of the policy that decided.</summary>
    [FieldOffset(0)] public ulong PolicyVersion;

    /// <summary>
    /// Ok, or why there are no reasons: then it is the only row. A transaction that is not known has none at all.
    /// </summary>
    [FieldOffset(8)] public FraudStatus Code;

    /// <summary>0 = the bias; from 1 on the features.</summary>
    [FieldOffset(12)] public uint Rank;

    /// <summary>The feature's number in the set; 4,294,967,295 = the bias.</summary>
    [FieldOffset(16)] public uint Feature;

    /// <summary>Its value as the model read it; NaN = missing.</summary>
    [FieldOffset(20)] public float Value;

    /// <summary>What it added to the margin: above zero it speaks for fraud.</summary>
    [FieldOffset(24)] public float Contribution;

    /// <summary>The decision's margin, as it is kept.</summary>
    [FieldOffset(28)] public float Margin;

    /// <summary>SHA-256 of the model's file.</summary>
    [FieldOffset(32)] public PolicyHash Model;

    /// <summary>The feature's name, in UTF-8, zeros behind it.</summary>
    [FieldOffset(64)] public FraudName Name;
}
