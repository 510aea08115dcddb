using Terra.Runtime.Core;
using Terra.Runtime.Tracing;

namespace Terra.Runtime.Autograd;

/// <summary>The backward of a function that a program differentiates itself.</summary>
internal sealed class CustomNode : Node
{
    private readonly string _name;
    private readonly Func<TensorImpl?[], TensorImpl?[]> _backward;
    private readonly Action _release;

    /// <param name="name">The function's.</param>
    /// <param name="inputs">Its arguments; null for those that are no tensors.</param>
    /// <param name="outputs">Its results.</param>
    /// <param name="backward">From the results' gradients, which it borrows, handles on those of the arguments.</param>
    /// <param name="release">Lets go of what the function keeps for it.</param>
    public CustomNode(string name, TensorImpl?[] inputs, TensorImpl[] outputs, Func<TensorImpl?[], TensorImpl?[]> backward, Action release)
        : base(
            Array.ConvertAll(inputs, static input => input is null ? default : Variable.GradientEdge(input)),
            Array.ConvertAll(outputs, GradientMetadata.Of),
            ProgramHooks.NextView())
    {
        (_name, _backward, _release) = (name, backward, release);
    }

    public override string Name => _name + "Backward";

    internal override TensorImpl?[] Apply(TensorImpl?[] gradients, bool[] wanted) => _backward(gradients);

    internal override void ReleaseSaved() => _release();

    /// <summary>Whatever the program returns may be held by it.</summary>
    internal override bool Keeps(Storage storage) => true;
}
