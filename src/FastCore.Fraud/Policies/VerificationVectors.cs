using System.Buffers.Binary;
using System.Runtime.InteropServices;
using FastCore.Fraud.Models;

namespace FastCore.Fraud.Policies;

/// <summary>
/// Rows and the margins that whoever trained a model computed for them: the proof that this process scores the model
/// as it was meant.
/// </summary>
/// <remarks>
/// The file: the eight letters FCVEC001, columns u32, rows u32 (1 to <see cref="PolicyLimits.VectorRowsMax"/>), the
/// rows as float32 one behind the other with NaN for a missing value, one float32 margin for each row; little-endian,
/// and nothing behind it.
/// </remarks>
public sealed class VerificationVectors
{
    private const int HeaderSize = 16;

    // A batch is filled up to whole passes, so that the path for many rows is tried even by one vector.
    private const int PassSize = 64;

    private readonly float[] _rows;
    private readonly float[] _margins;

    private VerificationVectors(int columns, float[] rows, float[] margins)
    {
        Columns = columns;
        _rows = rows;
        _margins = margins;
    }

    /// <summary>Values of a row.</summary>
    public int Columns { get; }

    /// <summary>Rows.</summary>
    public int Count => _margins.Length;

    private static ReadOnlySpan<byte> Magic => "FCVEC001"u8;

    /// <summary>Reads a file.</summary>
    /// <param name="file">Its bytes.</param>
    /// <returns>Null when it is no such file, or its lengths do not fit together.</returns>
    public static VerificationVectors? TryRead(ReadOnlySpan<byte> file)
    {
        if (file.Length < HeaderSize || file.Length > PolicyLimits.VectorBytesMax || !file.StartsWith(Magic))
        {
            return null;
        }

        uint columns = BinaryPrimitives.ReadUInt32LittleEndian(file[8..]);
        uint rows = BinaryPrimitives.ReadUInt32LittleEndian(file[12..]);
        if (columns is 0 or > ModelLimits.FeaturesMax
            || rows is 0 or > PolicyLimits.VectorRowsMax
            || file.Length != HeaderSize + (((long)columns + 1) * rows * sizeof(float)))
        {
            return null;
        }

        float[] values = new float[columns * rows];
        float[] margins = new float[rows];
        ReadFloats(file[HeaderSize..], values);
        ReadFloats(file[(HeaderSize + (values.Length * sizeof(float)))..], margins);
        return new VerificationVectors((int)columns, values, margins);
    }

    /// <summary>Writes a file.</summary>
    /// <param name="columns">Values of a row.</param>
    /// <param name="rows">The rows, one behind the other.</param>
    /// <param name="margins">One for each row.</param>
    public static byte[] Write(int columns, ReadOnlySpan<float> rows, ReadOnlySpan<float> margins)
    {
        if (rows.Length != (long)columns * margins.Length)
        {
            throw new ArgumentException($"{rows.Length} values are not {margins.Length} rows of {columns}.");
        }

        byte[] file = new byte[HeaderSize + ((rows.Length + margins.Length) * sizeof(float))];
        Magic.CopyTo(file);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(8), (uint)columns);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(12), (uint)margins.Length);
        WriteFloats(rows, file.AsSpan(HeaderSize));
        WriteFloats(margins, file.AsSpan(HeaderSize + (rows.Length * sizeof(float))));
        return file;
    }

    /// <summary>Scores all rows as this process will, one by one and many at once.</summary>
    /// <param name="model">A model of <see cref="Columns"/> columns.</param>
    /// <returns>Null when every bit is as the file says, else a sentence about the first row that differs.</returns>
    public string? Check(TreeModel model)
    {
        ModelScorer scorer = new(model);
        for (int row = 0; row < Count; row++)
        {
            float margin = scorer.Score(RowAt(row));
            if (!IsSame(margin, _margins[row]))
            {
                return Difference(row, margin, scorer.RowPath, "alone");
            }
        }

        float[] batch = new float[PassSize * Columns];
        float[] margins = new float[PassSize];
        for (int first = 0; first < Count; first += PassSize)
        {
            for (int i = 0; i < PassSize; i++)
            {
                RowAt((first + i) % Count).CopyTo(batch.AsSpan(i * Columns));
            }

            scorer.Score(batch, margins);
            for (int i = 0; i < PassSize; i++)
            {
                int row = (first + i) % Count;
                if (!IsSame(margins[i], _margins[row]))
                {
                    return Difference(row, margins[i], scorer.BatchPath, "among others");
                }
            }
        }

        return null;
    }

    private static bool IsSame(float a, float b) =>
        BitConverter.SingleToInt32Bits(a) == BitConverter.SingleToInt32Bits(b);

    private static void ReadFloats(ReadOnlySpan<byte> source, Span<float> target)
    {
        if (BitConverter.IsLittleEndian)
        {
            MemoryMarshal.Cast<byte, float>(source)[..target.Length].CopyTo(target);
            return;
        }

        for (int i = 0; i < target.Length; i++)
        {
            target[i] = BinaryPrimitives.ReadSingleLittleEndian(source[(i * sizeof(float))..]);
        }
    }

    private static void WriteFloats(ReadOnlySpan<float> source, Span<byte> target)
    {
        for (int i = 0; i < source.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(target[(i * sizeof(float))..], source[i]);
        }
    }

    private ReadOnlySpan<float> RowAt(int row) => _rows.AsSpan(row * Columns, Columns);

    private string Difference(int row, float margin, ScoringPath path, string how) =>
        $"row {row} scores {margin:R} {how} (path {path}), and its file says {_margins[row]:R}";
}
