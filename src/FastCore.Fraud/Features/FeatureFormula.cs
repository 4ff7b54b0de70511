using System.Runtime.InteropServices;

namespace FastCore.Fraud.Features;

/// <summary>
/// The one shape that every feature has: raw[Left] × raw[Right] × Multiplier ÷ (raw[Under] × Divisor), or 0 when there
/// is nothing to divide by. Raw values are whole numbers, so all but the division is exact below 2^53.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct FeatureFormula(int left, int right, int under, double multiplier, double divisor)
{
    public readonly int Left = left;
    public readonly int Right = right;
    public readonly int Under = under;
    public readonly double Multiplier = multiplier;
    public readonly double Divisor = divisor;
}
