using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

public static partial class Composite
{
    /// <summary>Tensors of equal sizes along a new dimension.</summary>
    public static TensorImpl stack(TensorImpl[] tensors, long dim = 0)
    {
        if (tensors.Length == 0)
        {
            throw ShapeErrors.Error("stack expects a non-empty TensorList");
        }

        long at = Views.WrapDim(dim, tensors[0].Rank + 1);
        var parts = new TensorImpl[tensors.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!tensors[i].Layout.SameSizes(tensors[0].Layout))
            {
                throw ShapeErrors.Error(
                    $"stack expects each tensor to be equal size, but got {ShapeErrors.Text(tensors[0].Sizes)} at entry 0 and {ShapeErrors.Text(tensors[i].Sizes)} at entry {i}");
            }

            parts[i] = Views.unsqueeze(tensors[i], at);
        }

        TensorImpl result = Aten.cat(parts, at);
        foreach (TensorImpl part in parts)
        {
            part.Dispose();
        }

        return result;
    }
}
