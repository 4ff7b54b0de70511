using System.Text;

namespace FastCore.Cli.Wire;

/// <summary>PascalCase names of fields and enums as snake_case: <c>UserData128</c> is <c>user_data_128</c>.</summary>
internal static class SnakeCase
{
    /// <summary>
    /// The name; a run of digits at the end of a word that is one letter or a reserved field stays with it.
    /// </summary>
    public static string Of(string pascal)
    {
        StringBuilder name = new(pascal.Length + 8);
        for (int i = 0; i < pascal.Length; i++)
        {
            char c = pascal[i];
            bool starts = char.IsAsciiLetterUpper(c) || (char.IsAsciiDigit(c) && !char.IsAsciiDigit(pascal[i - 1]));
            if (starts && i != 0)
            {
                name.Append('_');
            }

            name.Append(char.ToLowerInvariant(c));
        }

        return name.ToString();
    }
}
