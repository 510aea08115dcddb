using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Autograd;

/// <summary>
/// The vector-Jacobian product of an op: from the gradients of its outputs, those of its tensor inputs (null where there is none).
/// It performs ops itself, through <see cref="Aten"/>, so that backward is captured like forward.
/// </summary>
public delegate TensorImpl?[] DerivativeRule(BackwardContext context);
