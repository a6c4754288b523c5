import java.io.FileInputStream;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;

/**
 * Prints what veraPDF refuses. Arguments are pairs of a flavour (3a, ua1) and a file; each failed assertion is one
 * line `turn clause test message`, and `done` comes last, so that a judge that died is never taken for a pass.
 */
public final class Judge {
    public static void main(String[] arguments) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        for (int turn = 0; turn < arguments.length / 2; turn++) {
            PDFAFlavour flavour = PDFAFlavour.fromString(arguments[2 * turn]);
            try (var stream = new FileInputStream(arguments[2 * turn + 1]);
                    var parser = Foundries.defaultInstance().createParser(stream, flavour);
                    var validator = Foundries.defaultInstance().createValidator(flavour, false)) {
                var result = validator.validate(parser);
                int failed = 0;
                for (TestAssertion found : result.getTestAssertions()) {
                    if (found.getStatus() == TestAssertion.Status.FAILED) {
                        failed++;
                        System.out.println(turn + " " + found.getRuleId().getClause() + " "
                                + found.getRuleId().getTestNumber() + " " + found.getMessage().replace('\n', ' '));
                    }
                }
                if (failed == 0 && !result.isCompliant()) {
                    System.out.println(turn + " ? ? not compliant, and no assertion says why");
                }
            }
        }
        System.out.println("done");
    }
}
