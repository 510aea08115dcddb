using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Autograd;

/// <summary>What a derivative rule works with.</summary>
public sealed class BackwardContext
{
}
