using System.Runtime.InteropServices;
using FastCore.Engine.Tables;

namespace FastCore.Engine.Tests.Tables;

/// <summary>A key whose hash the test chooses: well mixed, the number itself, or the same for all.</summary>
internal interface ITestKey<TSelf> : ITableKey<TSelf>
    where TSelf : unmanaged
{
    static abstract TSelf Of(ulong number);
}

internal readonly record struct MixedKey(ulong Number) : ITestKey<MixedKey>
{
    public static MixedKey Of(ulong number) => new(number);

    public ulong Hash64() => (Number ^ (Number >> 31)) * 0xBF58476D1CE4E5B9UL ^ (Number >> 7);
}

internal readonly record struct PlainKey(ulong Number) : ITestKey<PlainKey>
{
    public static PlainKey Of(ulong number) => new(number);

    public ulong Hash64() => Number;
}

internal readonly record struct CollidingKey(ulong Number) : ITestKey<CollidingKey>
{
    public static CollidingKey Of(ulong number) => new(number);

    public ulong Hash64() => 42;
}

[StructLayout(LayoutKind.Sequential, Pack = 8)]
internal struct SmallRow<TKey> : ITableRow<TKey>
    where TKey : unmanaged, ITestKey<TKey>
{
    public TKey Id;
    public ulong Value;

    public readonly TKey Key => Id;
}

[StructLayout(LayoutKind.Sequential, Pack = 8)]
internal struct WideRow<TKey> : ITableRow<TKey>
    where TKey : unmanaged, ITestKey<TKey>
{
    public TKey Id;
    public ulong Value;
    public UInt128 A;
    public UInt128 B;
    public UInt128 C;
    public UInt128 D;
    public UInt128 E;
    public UInt128 F;
    public UInt128 G;
    public UInt128 H;
    public UInt128 I;
    public UInt128 J;
    public UInt128 K;

    public readonly TKey Key => Id;
}
