using System.Globalization;
using System.Text;
using FastCore.Protocol.Seats;

namespace FastCore.Seats.Charts.Text;

/// <summary>
/// A chart as people write it (docs/SEATS.md, section "Chart files"): the blocks to load, the names and prices of its
/// categories, and what its seats are called.
/// </summary>
public sealed class ChartFile
{
    /// <summary>Bytes of a file at most.</summary>
    public const int BytesMax = 1 << 20;

    private readonly ChartBlock[] _blocks;

    internal ChartFile(string name, ChartBlock[] blocks, IReadOnlyList<ChartCategory> categories)
    {
        Name = name;
        _blocks = blocks;
        Categories = categories;
    }

    /// <summary>Name of the house, not empty.</summary>
    public string Name { get; }

    /// <summary>A copy of the blocks in the order of their numbers, valid for <c>create_chart</c>.</summary>
    public ChartBlock[] Blocks => [.. _blocks];

    /// <summary>The categories in the order of their numbers, 1 to 16.</summary>
    public IReadOnlyList<ChartCategory> Categories { get; }

    /// <summary>Seats and places of all blocks.</summary>
    public long Capacity => _blocks.Sum(block => (long)block.Capacity);

    /// <summary>Reads a file. Nothing in the bytes makes it throw.</summary>
    /// <param name="json">The file: UTF-8, with a byte order mark or without.</param>
    /// <param name="chart">The chart, or null when there is a mistake.</param>
    /// <param name="mistakes">Everything that is wrong, up to a limit; empty when there is a chart.</param>
    /// <returns>Whether the file is a chart.</returns>
    public static bool TryRead(
        ReadOnlySpan<byte> json, out ChartFile? chart, out IReadOnlyList<ChartMistake> mistakes)
    {
        ChartMistakes found = new();
        chart = ChartFileReader.Read(json, found);
        mistakes = found.All;
        return chart is not null;
    }

    /// <summary>Name of the section of a seat or an area.</summary>
    /// <param name="place">Block × 64 + place in the block.</param>
    /// <exception cref="ArgumentOutOfRangeException">The chart has no such seat.</exception>
    public string SectionOf(uint place)
    {
        SectionName section = BlockOf(place).Section;
        return TextOf(section);
    }

    /// <summary>Name of the row, table or area.</summary>
    /// <param name="place">Block × 64 + place in the block.</param>
    /// <exception cref="ArgumentOutOfRangeException">The chart has no such seat.</exception>
    public string RowOf(uint place)
    {
        RowName row = BlockOf(place).Row;
        return TextOf(row);
    }

    /// <summary>The number printed on a seat; null in an area.</summary>
    /// <param name="place">Block × 64 + place in the block.</param>
    /// <exception cref="ArgumentOutOfRangeException">The chart has no such seat.</exception>
    public int? NumberOf(uint place)
    {
        ref readonly ChartBlock block = ref BlockOf(place);
        return block.Kind == ChartBlockKind.GeneralAdmission
            ? null
            : block.FirstNumber + (block.NumberStep * SeatPlace.SeatOf(place));
    }

    /// <summary>
    /// What a seat is called: section, row and number, as in <c>Stalls C 12</c>. No two are called the same.
    /// </summary>
    /// <param name="place">Block × 64 + place in the block.</param>
    /// <exception cref="ArgumentOutOfRangeException">The chart has no such seat.</exception>
    public string Label(uint place)
    {
        string?[] parts = [SectionOf(place), RowOf(place), NumberOf(place)?.ToString(CultureInfo.InvariantCulture)];
        return string.Join(' ', parts.Where(part => !string.IsNullOrEmpty(part)));
    }

    private static string TextOf(ReadOnlySpan<byte> padded) => Encoding.UTF8.GetString(padded.TrimEnd((byte)0));

    private ref readonly ChartBlock BlockOf(uint place)
    {
        int number = SeatPlace.BlockOf(place);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, _blocks.Length, nameof(place));
        ref readonly ChartBlock block = ref _blocks[number];
        int seats = block.Kind == ChartBlockKind.GeneralAdmission ? 1 : (int)block.Capacity;
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(SeatPlace.SeatOf(place), seats, nameof(place));
        return ref block;
    }
}
