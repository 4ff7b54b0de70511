namespace FastCore.Fraud.Models.Reading;

/// <summary>An array that grows with what was really read, never with what a file says that it holds.</summary>
internal ref struct Growing<T>(int countMax)
{
    private T[] _values = [];
    private int _count;

    public void Add(T value)
    {
        if (_count == _values.Length)
        {
            if (_count == countMax)
            {
                throw new ModelRefusedException(ModelRefusal.TooLarge, $"an array of more than {countMax} values");
            }

            Array.Resize(ref _values, Math.Min(Math.Max(16, _count * 2), countMax));
        }

        _values[_count++] = value;
    }

    public readonly T[] ToArray() => _count == _values.Length ? _values : _values[.._count];
}
