using FluentAssertions;
using Terra.Runtime.Diagnostics;
using Xunit;

namespace Terra.Runtime.Tests.Diagnostics;

public sealed class TerraModeTests
{
    [Theory]
    [InlineData(null, TerraMode.On)]
    [InlineData("", TerraMode.On)]
    [InlineData("on", TerraMode.On)]
    [InlineData("off", TerraMode.Off)]
    [InlineData("OFF", TerraMode.Off)]
    [InlineData(" trace ", TerraMode.Trace)]
    [InlineData("Verify", TerraMode.Verify)]
    public void The_variable_names_a_mode(string? value, TerraMode mode) => TerraRuntime.Parse(value).Should().Be(mode);

    [Theory]
    [InlineData("0")]
    [InlineData("false")]
    [InlineData("verfy")]
    [InlineData("on off")]
    public void Other_values_are_no_mode(string value) => TerraRuntime.Parse(value).Should().BeNull();

    [Theory]
    [InlineData(null, true)]
    [InlineData(" ", true)]
    [InlineData("On", true)]
    [InlineData(" off ", false)]
    [InlineData("0", null)]
    [InlineData("of", null)]
    public void A_switch_is_on_or_off(string? value, bool? on) => TerraRuntime.ParseSwitch(value).Should().Be(on);
}
