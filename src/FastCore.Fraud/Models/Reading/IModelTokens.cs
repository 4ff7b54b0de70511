namespace FastCore.Fraud.Models.Reading;

/// <summary>
/// What the two formats of a model file have in common: values one after the other, each read as what is expected there
/// or refused. Neither format is read into a tree of objects, so a hostile file takes no more memory than its own size
/// times a small number.
/// </summary>
internal interface IModelTokens
{
    /// <summary>Whether the next value is a text.</summary>
    bool IsText { get; }

    /// <summary>Enters an object.</summary>
    void BeginObject();

    /// <summary>The next key of the object, or false after its end.</summary>
    bool NextKey(out ReadOnlySpan<byte> key);

    /// <summary>Enters an array; the number is handed to <see cref="NextElement"/>.</summary>
    long BeginArray();

    /// <summary>Whether the array has one more element, which is read next; leaves the array when not.</summary>
    bool NextElement(ref long array);

    /// <summary>Reads a text.</summary>
    string ReadText(int sizeMax);

    /// <summary>Reads an array of integers or booleans.</summary>
    int[] ReadIntegers(int countMax);

    /// <summary>Reads an array of numbers.</summary>
    float[] ReadNumbers(int countMax);

    /// <summary>Reads an integer.</summary>
    int ReadInteger();

    /// <summary>Steps over a value, whatever it is.</summary>
    void Skip();

    /// <summary>Refuses anything behind the value that was read.</summary>
    void End();
}
