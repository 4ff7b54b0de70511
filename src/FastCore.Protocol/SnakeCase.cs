using System.Text;

namespace FastCore.Protocol;

/// <summary>
/// The one rule by which the names of the code become names of the wire, the documents and the command line:
/// <c>UserData128</c> is <c>user_data_128</c>.
/// </summary>
public static class SnakeCase
{
    /// <summary>
    /// The name in snake_case. A word starts at an upper-case letter, and at the first digit of a number.
    /// </summary>
    /// <param name="pascal">A name in PascalCase, of ASCII letters and digits.</param>
    public static string Of(string pascal)
    {
        ArgumentNullException.ThrowIfNull(pascal);
        StringBuilder name = new(pascal.Length + 8);
        char previous = '\0';
        foreach (char c in pascal)
        {
            bool starts = char.IsAsciiLetterUpper(c) || (char.IsAsciiDigit(c) && !char.IsAsciiDigit(previous));
            if (starts && name.Length > 0)
            {
                name.Append('_');
            }

            name.Append(char.ToLowerInvariant(c));
            previous = c;
        }

        return name.ToString();
    }
}
