using System.Text;
using System.Text.Json;

namespace FastCore.Seats.Charts.Text;

/// <summary>
/// One JSON object whose members are known. Members that are not known or are there twice are told when it is made;
/// a value that is wrong is told when it is asked for and then is as if it were not there.
/// </summary>
internal sealed class ChartObject
{
    private readonly Dictionary<string, JsonElement> _members = [];
    private readonly ChartMistakes _mistakes;

    private ChartObject(string path, ChartMistakes mistakes)
    {
        Path = path;
        _mistakes = mistakes;
    }

    public string Path { get; }

    /// <returns>Null when the value is no object.</returns>
    public static ChartObject? Open(JsonElement element, string path, ChartMistakes mistakes, string[] known)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            mistakes.Add(ChartMistakeCode.WrongType, path, "An object must stand here.");
            return null;
        }

        ChartObject result = new(path, mistakes);
        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (mistakes.IsFull)
            {
                break;
            }

            string? name = Array.Find(known, name => IsNamed(property, name));
            if (name is null)
            {
                string all = string.Join(", ", known);
                mistakes.Add(ChartMistakeCode.UnknownMember, path, $"A member is not known; known are {all}.");
            }
            else if (!result._members.TryAdd(name, property.Value))
            {
                mistakes.Add(ChartMistakeCode.RepeatedMember, $"{path}.{name}", "The member is there twice.");
            }
        }

        return result;
    }

    public bool Has(string name) => _members.ContainsKey(name);

    public void Tell(ChartMistakeCode code, string? name, string sentence) =>
        _mistakes.Add(code, name is null ? Path : $"{Path}.{name}", sentence);

    /// <summary>A whole number within a range.</summary>
    /// <returns>Null when it is not there or was told to be wrong.</returns>
    public int? Whole(string name, int min, int max)
    {
        if (!_members.TryGetValue(name, out JsonElement value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Number)
        {
            Tell(ChartMistakeCode.WrongType, name, "A number must stand here.");
            return null;
        }

        if (!value.TryGetInt32(out int number) || number < min || number > max)
        {
            Tell(ChartMistakeCode.NumberOutOfRange, name, $"A whole number from {min} to {max} must stand here.");
            return null;
        }

        return number;
    }

    /// <summary>As <see cref="Whole"/>, of a member that must be there.</summary>
    public int? NeededWhole(string name, int min, int max)
    {
        TellWhenMissing(name);
        return Whole(name, min, max);
    }

    public bool Flag(string name)
    {
        if (!_members.TryGetValue(name, out JsonElement value))
        {
            return false;
        }

        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            Tell(ChartMistakeCode.WrongType, name, "true or false must stand here.");
        }

        return value.ValueKind == JsonValueKind.True;
    }

    /// <summary>A text of a number of bytes at most.</summary>
    /// <returns>Null when it is not there or was told to be wrong.</returns>
    public string? Text(string name, int bytesMax, bool mayBeEmpty = true)
    {
        if (!_members.TryGetValue(name, out JsonElement value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            Tell(ChartMistakeCode.WrongType, name, "A text must stand here.");
            return null;
        }

        string? text = Unescaped(value);
        bool isValid = text is not null && Encoding.UTF8.GetByteCount(text) <= bytesMax && !text.Contains('\0')
            && (mayBeEmpty || text.Length != 0);
        if (!isValid)
        {
            string least = mayBeEmpty ? "" : "1 to ";
            Tell(
                ChartMistakeCode.TextInvalid, name,
                $"A text of {least}{bytesMax} bytes of UTF-8 without zeros must stand here.");
        }

        return isValid ? text : null;
    }

    /// <summary>The elements of a list with their paths; none when it is not there.</summary>
    public IEnumerable<(JsonElement Element, string Path)> List(string name, bool isNeeded = false)
    {
        if (isNeeded)
        {
            TellWhenMissing(name);
        }

        if (!_members.TryGetValue(name, out JsonElement value))
        {
            yield break;
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            Tell(ChartMistakeCode.WrongType, name, "A list must stand here.");
            yield break;
        }

        int index = 0;
        foreach (JsonElement element in value.EnumerateArray())
        {
            if (_mistakes.IsFull)
            {
                yield break;
            }

            yield return (element, $"{Path}.{name}[{index++}]");
        }
    }

    /// <summary>Seats counted from 1, in order, as bits from 0.</summary>
    public ulong Seats(string name, int seats)
    {
        ulong bits = 0;
        int last = 0;
        foreach ((JsonElement element, string path) in List(name))
        {
            if (element.ValueKind != JsonValueKind.Number || !element.TryGetInt32(out int seat) || seat < 1)
            {
                _mistakes.Add(ChartMistakeCode.NumberOutOfRange, path, "A seat must stand here, counted from 1.");
                break;
            }

            if (seat > seats)
            {
                _mistakes.Add(ChartMistakeCode.SeatBeyondBlock, path, $"At most {seats} can stand here.");
                break;
            }

            if (seat <= last)
            {
                _mistakes.Add(ChartMistakeCode.SeatsNotInOrder, path, "Seats are listed once and in their order.");
                break;
            }

            last = seat;
            bits |= 1UL << (seat - 1);
        }

        return bits;
    }

    public void TellWhenMissing(string name)
    {
        if (!Has(name))
        {
            Tell(ChartMistakeCode.MissingMember, name, "The member is missing.");
        }
    }

    private static bool IsNamed(JsonProperty property, string name)
    {
        try
        {
            return property.NameEquals(name);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    // Bytes that are no UTF-8, and an escape of half a character, are JSON but no text.
    private static string? Unescaped(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
