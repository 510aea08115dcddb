using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Autograd;

/// <summary>Whether backward passes look for NaN in the gradients that each node computes, which reads them: for the whole process.</summary>
public static unsafe class AnomalyDetection
{
    private static volatile bool s_isEnabled;
    private static volatile bool s_checksNaN;

    public static bool IsEnabled => s_isEnabled;

    /// <summary>Whether NaN is looked for where detection is enabled.</summary>
    public static bool ChecksNaN => s_checksNaN;

    public static void Set(bool enabled, bool checkNaN) => (s_isEnabled, s_checksNaN) = (enabled, checkNaN);

    /// <summary>Checks what a node has computed, if that is wanted; lets it go if it is wrong.</summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">A gradient has a NaN.</exception>
    internal static void Check(Node node, TensorImpl?[] results)
    {
        if (!s_isEnabled || !s_checksNaN)
        {
            return;
        }

        for (int i = 0; i < results.Length; i++)
        {
            if (results[i] is { NumberOfElements: > 0 } result && HasNaN(result))
            {
                Array.ForEach(results, static gradient => gradient?.Dispose());
                throw AutogradErrors.NaNGradient(node.Name, i);
            }
        }
    }

    private static bool HasNaN(TensorImpl gradient)
    {
        using TensorImpl isNaN = Aten.isnan(gradient), any = Aten.any(isNaN, [], false);
        return *(byte*)any.ReadData() != 0;
    }
}
