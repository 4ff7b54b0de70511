// Hot file: nothing here may allocate, lock or throw, except the constructor.
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastCore.Fraud.Models.Scoring;

/// <summary>
/// Finds the code of a value: how many of up to 254 sorted thresholds are at or below it. Two comparisons of 16 numbers
/// each, of the last thresholds of 16 blocks and then of the block itself, where no branch depends on the value.
/// </summary>
internal sealed unsafe class CodeSearch
{
    private const int BlockSize = 16;

    private readonly AlignedArray<float> _table;
    private readonly bool _isLarge;
    private readonly CategorySet? _set;

    public CodeSearch(
        int feature, int missingLeftSlot, int missingRightSlot, CategorySet? set, ReadOnlySpan<float> thresholds)
    {
        Feature = feature;
        MissingLeftSlot = missingLeftSlot;
        MissingRightSlot = missingRightSlot;
        _set = set;
        _isLarge = thresholds.Length > BlockSize;

        // Nothing is at or above NaN, so what fills up a block is never counted.
        _table = new AlignedArray<float>(set is not null ? 0 : BlockSize * (_isLarge ? BlockSize + 1 : 1));
        _table.Span.Fill(float.NaN);
        thresholds.CopyTo(_table.Span[(_isLarge ? BlockSize : 0)..]);
        for (int block = 0; _isLarge && block < BlockSize; block++)
        {
            _table.Span[block] = _table.Span[(BlockSize * (block + 2)) - 1];
        }
    }

    /// <summary>Column of the row.</summary>
    public int Feature { get; }

    /// <summary>Slot where a missing value is 0.</summary>
    public int MissingLeftSlot { get; }

    /// <summary>Slot where a missing value is <see cref="CodePlan.Missing"/>.</summary>
    public int MissingRightSlot { get; }

    /// <summary>Finds the codes of one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void FindOne512(float* row, byte* codes)
    {
        float value = row[Feature];
        int code = _set is not null ? Inside(value) : Count512(value);
        codes[MissingLeftSlot] = (byte)code;
        codes[MissingRightSlot] = WithMissing(code, value);
    }

    /// <summary>Finds the codes of rows; those of a slot lie side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Find512(float* rows, int stride, int count, byte* codes)
    {
        byte* left = codes + (MissingLeftSlot * NodeProgram.RowsMax);
        byte* right = codes + (MissingRightSlot * NodeProgram.RowsMax);
        rows += Feature;
        if (_set is not null)
        {
            FindInside(rows, stride, count, left, right);
            return;
        }

        for (int i = 0; i < count; i++)
        {
            float value = rows[(long)i * stride];
            int code = Count512(value);
            left[i] = (byte)code;
            right[i] = WithMissing(code, value);
        }
    }

    /// <summary>As <see cref="Find512"/>, with smaller vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Find256(float* rows, int stride, int count, byte* codes)
    {
        byte* left = codes + (MissingLeftSlot * NodeProgram.RowsMax);
        byte* right = codes + (MissingRightSlot * NodeProgram.RowsMax);
        rows += Feature;
        if (_set is not null)
        {
            FindInside(rows, stride, count, left, right);
            return;
        }

        for (int i = 0; i < count; i++)
        {
            float value = rows[(long)i * stride];
            int code = Count256(value);
            left[i] = (byte)code;
            right[i] = WithMissing(code, value);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FindInside(float* rows, int stride, int count, byte* left, byte* right)
    {
        for (int i = 0; i < count; i++)
        {
            float value = rows[(long)i * stride];
            int code = Inside(value);
            left[i] = (byte)code;
            right[i] = WithMissing(code, value);
        }
    }

    private int Inside(float value) => _set!.Contains(value) ? 1 : 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Count512(float value)
    {
        float* table = _table.Pointer;
        Vector512<float> values = Vector512.Create(value);
        int count = Below512(values, table);
        if (_isLarge)
        {
            count *= BlockSize;
            count += Below512(values, table + BlockSize + count);
        }

        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Count256(float value)
    {
        float* table = _table.Pointer;
        Vector256<float> values = Vector256.Create(value);
        int count = Below256(values, table);
        if (_isLarge)
        {
            count *= BlockSize;
            count += Below256(values, table + BlockSize + count);
        }

        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Below512(Vector512<float> values, float* thresholds) => BitOperations.PopCount(
        Vector512.GreaterThanOrEqual(values, Vector512.LoadAligned(thresholds)).ExtractMostSignificantBits());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Below256(Vector256<float> values, float* thresholds)
    {
        uint low = Vector256.GreaterThanOrEqual(values, Vector256.LoadAligned(thresholds)).ExtractMostSignificantBits();
        uint high =
            Vector256.GreaterThanOrEqual(values, Vector256.LoadAligned(thresholds + 8)).ExtractMostSignificantBits();
        return BitOperations.PopCount(low | (high << 8));
    }

    // All ones for a missing value, whose count is zero.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte WithMissing(int code, float value) =>
        (byte)(code | -Unsafe.BitCast<bool, byte>(float.IsNaN(value)));
}
