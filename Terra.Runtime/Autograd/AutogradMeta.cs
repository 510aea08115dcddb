using Terra.Runtime.Core;

namespace Terra.Runtime.Autograd;

/// <summary>What autograd knows of one tensor.</summary>
public sealed class AutogradMeta
{
    /// <summary>Set by the program on a leaf.</summary>
    public bool RequiresGrad { get; set; }

    /// <summary>The accumulated gradient of a leaf (or of a tensor with retain_grad).</summary>
    public TensorImpl? Grad { get; set; }
}
