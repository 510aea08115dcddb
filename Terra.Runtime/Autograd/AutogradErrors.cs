using System.Runtime.InteropServices;
using Terra.Runtime.Core;

namespace Terra.Runtime.Autograd;

/// <summary>Autograd's errors, in PyTorch's words and of the type TorchSharp surfaces native errors as.</summary>
internal static class AutogradErrors
{
    public static ExternalException LeafInPlace() =>
        new("a leaf Variable that requires grad is being used in an in-place operation.");

    public static ExternalException ViewOfLeafInPlace() =>
        new("a view of a leaf Variable that requires grad is being used in an in-place operation.");

    public static ExternalException ViewMadeInNoGrad(bool isIndirect) =>
        new($"A view was created in no_grad mode and {Modified(isIndirect)} modified inplace with grad mode enabled. Given that this use case is "
            + "ambiguous and error-prone, it is forbidden. You can clarify your code by moving both the view and the inplace either "
            + "both inside the no_grad block (if you don't want the inplace to be tracked) or both outside (if you want the inplace to be tracked).");

    public static ExternalException MultiOutputView(bool isIndirect) =>
        new($"Output 0 of SplitBackward0 is a view and {Modified(isIndirect)} modified inplace. This view is the output of a function that returns "
            + "multiple views. Such functions do not allow the output views to be modified inplace. You should replace the inplace "
            + "operation by an out-of-place one.");

    public static ExternalException CustomFunctionView(bool isIndirect) =>
        new($"Output 0 of a custom function is a view and {Modified(isIndirect)} modified inplace. This view was created inside a custom Function (or because an input was "
            + "returned as-is) and the autograd logic to handle view+inplace would override the custom backward associated with the custom Function, leading to incorrect "
            + "gradients. This behavior is forbidden. You can fix this by cloning the output of the custom Function.");

    public static ExternalException SavedTensorModified(TensorImpl saved, int version, int expected) =>
        new("one of the variables needed for gradient computation has been modified by an inplace operation: "
            + $"[torch.{ShapeErrors.Name(saved.DType)}Tensor {ShapeErrors.Text(saved.Sizes)}] is at version {version}; expected version "
            + $"{expected} instead. Hint: enable anomaly detection to find the operation that failed to compute its gradient, with "
            + "torch.autograd.set_detect_anomaly(True).");

    public static ExternalException SavedTensorsReleased() =>
        new("Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). "
            + "Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify retain_graph=True "
            + "if you need to backward through the graph a second time or if you need to access saved tensors after calling backward.");

    public static ExternalException NoDerivative(string op) => new($"the derivative for '{op}' is not implemented");

    public static ExternalException RootWithoutGrad(int index) =>
        new($"element {index} of tensors does not require grad and does not have a grad_fn");

    public static ExternalException ImplicitGradient() => new("grad can be implicitly created only for scalar outputs");

    public static ExternalException GradientShape(int index, TensorImpl gradient, TensorImpl root) =>
        new($"Mismatch in shape: grad_output[{index}] has a shape of {ShapeErrors.Text(gradient.Sizes)} and output[{index}] has a shape "
            + $"of {ShapeErrors.Text(root.Sizes)}.");

    public static ExternalException InvalidGradient(Node node, int index, TensorImpl gradient, GradientMetadata expected) =>
        new($"Function {node.Name} returned an invalid gradient at index {index} - got {ShapeErrors.Text(gradient.Sizes)} but expected "
            + $"shape compatible with {ShapeErrors.Text(expected.Layout.Sizes)}");

    public static ExternalException InputWithoutGrad() => new("One of the differentiated Tensors does not require grad");

    public static ExternalException InputUnused() =>
        new("One of the differentiated Tensors appears to not have been used in the graph. Set allow_unused=True if this is the desired behavior.");

    public static ExternalException NaNGradient(string node, int output) => new($"Function '{node}' returned nan values in its {output}th output.");

    public static ExternalException NonLeafRequiresGrad(bool value) =>
        new("you can only change requires_grad flags of leaf variables."
            + (value ? "" : " If you want to use a computed variable in a subgraph that doesn't require differentiation use var_no_grad = var.detach()."));

    public static ExternalException DTypeCannotRequireGrad() =>
        new("only Tensors of floating point and complex dtype can require gradients");

    public static ExternalException RetainWithoutGrad() => new("can't retain_grad on Tensor that has requires_grad=False");

    public static ExternalException DetachViewInPlace() =>
        new("Can't detach views in-place. Use detach() instead.");

    public static ExternalException AssignedGradient(TensorImpl gradient, TensorImpl tensor) =>
        gradient.DType != tensor.DType
            ? new($"assigned grad has data of a different type: {ShapeErrors.Name(gradient.DType)} for a tensor of type {ShapeErrors.Name(tensor.DType)}")
            : new($"assigned grad has data of a different size: {ShapeErrors.Text(gradient.Sizes)} for a tensor of size {ShapeErrors.Text(tensor.Sizes)}");

    private static string Modified(bool isIndirect) => isIndirect ? "its base or another view of its base has been" : "is being";
}
