namespace FastCore.Fraud.Models;

/// <summary>With which instructions a row is scored. All of them give the same bits.</summary>
public enum ScoringPath
{
    /// <summary>The one that measured best for the processor, the shape of the model and the number of rows.</summary>
    Auto = 0,

    /// <summary>Eight trees side by side, one row after the other; runs everywhere.</summary>
    Scalar = 1,

    /// <summary>AVX2: 64 rows a pass.</summary>
    Avx2 = 2,

    /// <summary>AVX-512 with VBMI: 64 decisions of one row an instruction, or 64 rows a pass.</summary>
    Avx512 = 3,
}
