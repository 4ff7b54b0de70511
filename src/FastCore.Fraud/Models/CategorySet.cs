namespace FastCore.Fraud.Models;

/// <summary>Categories that go right at a node, as XGBoost decides it.</summary>
internal sealed class CategorySet
{
    private readonly uint[] _words;

    /// <summary>Makes a set; the categories are from 0 to <see cref="ModelLimits.CategoryEnd"/>, exclusive.</summary>
    public CategorySet(ReadOnlySpan<int> categories)
    {
        int largest = 0;
        foreach (int category in categories)
        {
            largest = Math.Max(largest, category);
        }

        _words = new uint[(largest / 32) + 1];
        foreach (int category in categories)
        {
            _words[category / 32] |= 1u << (category % 32);
        }
    }

    /// <summary>
    /// Whether a value that is not missing goes right. A number that is no category goes left; fractions are cut off.
    /// </summary>
    public bool Contains(float value)
    {
        if (!(value >= 0) || value >= ModelLimits.CategoryEnd)
        {
            return false;
        }

        int category = (int)value;
        return category / 32 < _words.Length && (_words[category / 32] >> (category % 32) & 1) != 0;
    }
}
