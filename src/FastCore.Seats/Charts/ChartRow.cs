using System.Runtime.InteropServices;
using FastCore.Engine.Tables;
using FastCore.Protocol.Seats;

namespace FastCore.Seats.Charts;

/// <summary>Key of a row that has a number of its own: a chart, a show.</summary>
/// <param name="number">The number.</param>
internal readonly struct NumberKey(ulong number) : ITableKey<NumberKey>
{
    public readonly ulong Number = number;

    /// <inheritdoc/>
    public bool Equals(NumberKey other) => Number == other.Number;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is NumberKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)Hash64();

    /// <inheritdoc/>
    public ulong Hash64()
    {
        ulong h = (Number ^ (Number >> 33)) * 0xFF51AFD7ED558CCDUL;
        h = (h ^ (h >> 33)) * 0xC4CEB9FE1A85EC53UL;
        return h ^ (h >> 33);
    }
}

/// <summary>A chart: where its blocks are.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct ChartRow : ITableRow<NumberKey>
{
    public const int Size = 24;

    [FieldOffset(0)] public ulong Chart;
    [FieldOffset(8)] public ulong CreatedAt;
    [FieldOffset(16)] public int FirstBlock;
    [FieldOffset(20)] public int Count;

    readonly NumberKey ITableRow<NumberKey>.Key => new(Chart);
}

/// <summary>A block of a chart, reached by its slot.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct ChartBlockRow : ITableRow<NumberKey>
{
    public const int Size = 72;

    [FieldOffset(0)] public ulong Chart;
    [FieldOffset(8)] public ChartBlock Block;

    readonly NumberKey ITableRow<NumberKey>.Key => new(Chart);
}
